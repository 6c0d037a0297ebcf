// The modules of the domain import downwards only: a lower one never names a higher one, it enqueues a job instead.
// node scripts/module-order.mjs [FOLDER] prints what is against it, and ends with 1 if there is anything.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Lowest first; docs/architecture.md says why.
const ORDER = [
  ..."clock trouble database vault jwt installation cache audit keys jobs notifications sessions tokens users providers connections mail calendar sync acting news reading writing".split(" "),
  ..."watches extraction ledger exports background".split(" "),
];

const folder = process.argv[2] ?? "crates/domain/src";
const rank = (name) => ORDER.indexOf(name);
let broken = 0;
const complain = (text) => {
  console.log(`    ${text}`);
  broken = 1;
};

// Comments and the file's own tests (which may reach up) become empty lines, so that line numbers stay true.
const withoutTestsAndComments = (text) => {
  const end = text.search(/^#\[cfg\((all\()?test\b/m);
  return (end < 0 ? text : text.slice(0, end)).replace(/\/\/.*$/gm, "");
};

// The first names in a group such as {clock::Clock, mail::{self, Body}}: here clock and mail.
const namesInGroup = (text) => {
  const names = [];
  let depth = 0;
  let name = "";
  for (const character of text) {
    if (character === "{") depth += 1;
    else if (depth === 1 && (character === "," || character === "}")) names.push(name), (name = "");
    else if (depth === 1) name += character;
    if (character === "}") depth -= 1;
    if (depth === 0) break;
  }
  return names.map((entry) => entry.trim().match(/^\w+/)?.[0]).filter(Boolean);
};

for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
  if (!path.endsWith(".rs")) continue;
  const parts = path.replace(/\.rs$/, "").split("/");
  const own = parts[0];
  if (own === "lib" || own === "tests" || parts.at(-1) === "tests") continue;
  if (rank(own) < 0) {
    complain(`${join(folder, path)}: ${own} has no place in the order in scripts/module-order.mjs`);
    continue;
  }
  let text = withoutTestsAndComments(readFileSync(join(folder, path), "utf8"));
  // At the top, super:: is the crate.
  const top = parts.length === 1 || (parts.length === 2 && parts[1] === "mod");
  if (top) text = text.replace(/\bsuper::/g, "crate::");
  for (const found of text.matchAll(/\bcrate::(\w+|\{)/g)) {
    const start = found.index + found[0].length - 1;
    const names = found[1] === "{" ? namesInGroup(text.slice(start)) : [found[1]];
    for (const name of names) {
      if (rank(name) > rank(own)) {
        const line = text.slice(0, found.index).split("\n").length;
        complain(`${join(folder, path)}:${line}: ${own} uses ${name}, which is above it`);
      }
    }
  }
}
process.exit(broken);
