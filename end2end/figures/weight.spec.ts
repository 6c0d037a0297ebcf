import type { CDPSession } from "@playwright/test";
import { writeFigures } from "../support/figures";
import { test, withStack } from "../support/test";

withStack({ messages: 10, people: 1, profile: "release" });

interface Received {
  url: string;
  encoding: string;
  bytes: number;
}

/** Every answer as it came over the wire, by request. */
async function listen(session: CDPSession): Promise<Map<string, Received>> {
  const received = new Map<string, Received>();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const encoding = response.headers["content-encoding"] ?? response.headers["Content-Encoding"] ?? "none";
    received.set(requestId, { url: response.url, encoding, bytes: 0 });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const answer = received.get(requestId);
    if (answer) answer.bytes = encodedDataLength;
  });
  await session.send("Network.enable");
  return received;
}

test("bytes of the first page load", async ({ page, context }) => {
  const received = await listen(await context.newCDPSession(page));
  await page.goto("/", { waitUntil: "networkidle" });
  const files = [...received.values()].map((answer) => ({ ...answer, path: new URL(answer.url).pathname }));
  const sum = (ending: string) =>
    files.filter((file) => file.path.endsWith(ending)).reduce((bytes, file) => bytes + file.bytes, 0);
  const [js, wasm, css] = [sum(".js"), sum(".wasm"), sum(".css")];
  writeFigures("weight", {
    how: "Chromium, first load of /, bytes over the wire with headers; js + wasm + css",
    js,
    wasm,
    css,
    total: js + wasm + css,
    files: files.map(({ path, encoding, bytes }) => ({ path, encoding, bytes })),
  });
});
