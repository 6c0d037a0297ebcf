import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { Stack, type StackOptions } from "./stack";

export { expect };

let running: Stack | undefined;

/** Starts a stack for the tests of this file or of this `describe`, and ends it after them. */
export function withStack(options: StackOptions = {}): void {
  let outer: Stack | undefined;
  test.beforeAll(async () => {
    outer = running;
    running = await Stack.start(options);
  });
  test.afterAll(async () => {
    await running?.stop();
    running = outer;
  });
}

interface Fixtures {
  /** The stack of `withStack`. */
  stack: Stack;
  /** What pages complained about so far; a test fails with what is left in it at its end. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  stack: async ({}, use) => {
    if (!running) throw new Error("this test needs withStack()");
    await use(running);
  },
  baseURL: async ({}, use) => use(running?.url),
  complaints: [
    async ({ context }, use, info) => {
      const complaints: string[] = [];
      listen(context, complaints);
      await running?.sandbox.mends();
      await running?.sandbox.forgetRequests();
      await use(complaints);
      if (info.status !== info.expectedStatus && running) {
        await info.attach("server.log", { body: running.serverLog.slice(-100_000), contentType: "text/plain" });
      }
      expect(complaints, "what pages complained about").toEqual([]);
    },
    { auto: true },
  ],
});

/**
 * What is no fault of ours: answers of 4xx and 5xx are told by the pages themselves, a killed server cuts its streams,
 * a provider whose opener policy only reports has the browser say what it would have cut, and a client without optimisation
 * takes so long to start on a busy machine that the parts it asked for early wait (that each is asked for once is tested).
 */
const EXPECTED = [
  /^Failed to load resource: (the server responded|net::ERR_)/,
  /ERR_INCOMPLETE_CHUNKED_ENCODING/,
  /^Cross-Origin-Opener-Policy policy would block the window\.(close|closed|postMessage) call\.$/,
  /^The resource \S+\/pkg\/\S+\.wasm was preloaded using link preload but not used within a few seconds/,
];

/** Gathers panics, failed promises, refused loads and whatever else pages print as an error or a warning. */
export function listen(context: BrowserContext, complaints: string[]): void {
  context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on("console", (message) => {
    const loud = message.type() === "error" || message.type() === "warning";
    const expected = EXPECTED.some((pattern) => pattern.test(message.text()));
    if (loud && !expected) complaints.push(`${message.type()}: ${message.text()}`);
  });
}

/** Does what leads to a page, and waits until its scripts have taken it over: signed in, the live stream is what they open last. */
export async function arrive(page: Page, go: () => Promise<unknown>): Promise<void> {
  const live = page.waitForRequest((request) => new URL(request.url()).pathname === "/events");
  await go();
  await live;
}

/** Opens a page of a signed-in person. */
export async function visit(page: Page, path: string): Promise<void> {
  await arrive(page, () => page.goto(path));
}

/** Reloads a page of a signed-in person. */
export async function revisit(page: Page): Promise<void> {
  await arrive(page, () => page.reload());
}

/** Opens a page with a form and waits until its scripts have taken the form over: from then on it is sent without a reload. */
export async function visitForm(page: Page, path: string): Promise<void> {
  await page.addInitScript(() => {
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (this: EventTarget, ...given: Parameters<typeof add>) {
      if (given[0] === "submit") Object.assign(window, { formTakenOver: true });
      return add.apply(this, given);
    };
  });
  await page.goto(path);
  await page.waitForFunction(() => "formTakenOver" in window);
}
