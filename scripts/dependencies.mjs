// Every direct dependency has its line in docs/decisions/0001-dependencies.md, and every line its dependency.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const DECISION = "docs/decisions/0001-dependencies.md";
const PYTHON = "end2end/contract/requirements.txt";

const metadata = execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps", "--locked"], {
  encoding: "utf8",
  maxBuffer: 1 << 26,
});
const used = new Set(JSON.parse(metadata).packages.flatMap((p) => p.dependencies.filter((d) => !d.path).map((d) => d.name)));
for (const name of Object.keys(JSON.parse(readFileSync("package.json", "utf8")).devDependencies)) used.add(name);
if (existsSync(PYTHON)) {
  // Below the heading stands what the direct ones bring.
  const [direct] = readFileSync(PYTHON, "utf8").split("# What those need");
  for (const [, name] of direct.matchAll(/^([\w.-]+)/gm)) used.add(name);
}

// A line of a table that begins with one name, or several, in backticks.
const listed = new Set();
for (const [, first] of readFileSync(DECISION, "utf8").matchAll(/^\| (`[^|]*) \|/gm)) {
  for (const [, name] of first.matchAll(/`([^`]+)`/g)) listed.add(name);
}
// Installed by the scripts rather than named in a manifest.
const tools = ["cargo-leptos", "wasm-bindgen-cli", "cargo-nextest", "cargo-deny", "chromium", "postgresql", "redis"];

const wanting = [...used].filter((name) => !listed.has(name));
const idle = [...listed].filter((name) => !used.has(name) && !tools.includes(name));
for (const name of wanting) console.log(`    ${name} has no line in ${DECISION}`);
for (const name of idle) console.log(`    ${name} has a line in ${DECISION}, but nothing depends on it`);
process.exit(wanting.length + idle.length > 0 ? 1 : 0);
