import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect, upToDate } from "../support/consent";
import { signUp } from "../support/people";
import { expect, test, visit, withStack } from "../support/test";

/** Mails of the mailbox whose list is scrolled. */
const MAILS = Number(process.env.GATEPOST_BENCH_MAILS ?? 100_000);
/** How much slower than this machine the processor is. */
const SLOWED = 4;
/** Times that each page is loaded; the middle one counts. */
const TIMES = 5;

withStack({ messages: MAILS, people: 1, profile: "release" });
test.use({ screenshot: "off", trace: "off" });

interface Load {
  bytes: number;
  requests: number;
  paint: number;
  ready: number;
}

/** One figure as `server/benches/figures` keeps them. */
interface Figure {
  name: string;
  value: number;
  unit: string;
}

test("what pages weigh, when they can be read and used, and what a long list needs", async ({ page, context, browser, stack }) => {
  const [address] = await stack.sandbox.people();
  const person = await signUp(context, stack);
  expect(person.email).toBeTruthy();
  await visit(page, "/settings/connections");
  await connect(page, address);
  await page.goto("/inbox");
  await expect(page.locator("main .sync-text")).toHaveText(/^Up to date\./, { timeout: 1_500_000 });
  expect(await upToDate(page.locator("main"))).toBe(MAILS);
  await page.close();

  const figures: Figure[] = [];
  const everything = new Map<string, number>();
  for (const [name, path, signedIn] of [
    ["start", "/", false],
    ["sign-in", "/sign-in", false],
    ["inbox", "/inbox", true],
    ["write", "/write", true],
    ["connections", "/settings/connections", true],
    ["account", "/settings/account", true],
  ] as const) {
    const loads: Load[] = [];
    for (let time = 0; time < TIMES; time += 1) loads.push(await load(browser, signedIn ? context : undefined, stack.url, path, everything));
    const [one] = loads;
    figures.push({ name: `${name}: bytes of the first load`, value: one.bytes / 1_000, unit: "KB" });
    figures.push({ name: `${name}: requests of the first load`, value: one.requests, unit: "" });
    figures.push({ name: `${name}: largest contentful paint`, value: middle(loads.map((each) => each.paint)), unit: "ms" });
    if (signedIn) figures.push({ name: `${name}: a click works`, value: middle(loads.map((each) => each.ready)), unit: "ms" });
  }
  const code = [...everything].filter(([path]) => path.startsWith("/pkg/"));
  figures.push({ name: "all pages together", value: code.reduce((sum, [, bytes]) => sum + bytes, 0) / 1_000, unit: "KB" });
  figures.push(...(await longList(browser, context, stack.url)));
  keep(figures);
});

const middle = (times: number[]) => times.sort((one, other) => one - other)[Math.floor(times.length / 2)];

/** A browser that has never been here, as whoever is signed in in `as`. */
async function fresh(browser: Browser, as: BrowserContext | undefined, url: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL: url, storageState: as && (await as.storageState()) });
}

/** Loads a page for the first time on a slow processor. Every file's weight on the wire goes into `everything`. */
async function load(browser: Browser, as: BrowserContext | undefined, url: string, path: string, everything: Map<string, number>): Promise<Load> {
  const context = await fresh(browser, as, url);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const weights = await weigh(session);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  await page.goto(path, { waitUntil: "networkidle" }).catch(() => undefined);
  const { paint, ready } = await page.evaluate(async () => {
    const paint = await new Promise<number>((done) => {
      new PerformanceObserver((list) => done(list.getEntries().at(-1)?.startTime ?? 0)).observe({ type: "largest-contentful-paint", buffered: true });
    });
    // The live stream is what a page opens last, once its scripts have it.
    const stream = performance.getEntriesByType("resource").find((entry) => new URL(entry.name).pathname === "/events");
    return { paint, ready: stream?.startTime ?? 0 };
  });
  await context.close();
  for (const [file, bytes] of weights) everything.set(file, bytes);
  return { bytes: [...weights.values()].reduce((sum, bytes) => sum + bytes, 0), requests: weights.size, paint, ready };
}

/** What comes over the wire, headers included, by path. */
async function weigh(session: CDPSession): Promise<Map<string, number>> {
  const weights = new Map<string, number>();
  const paths = new Map<string, string>();
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => paths.set(requestId, new URL(request.url).pathname));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path) weights.set(path, (weights.get(path) ?? 0) + encodedDataLength);
  });
  return weights;
}

/** What a tab needs at the start of a long list and far down in it, and how long a mail takes to open, slowed down. */
async function longList(browser: Browser, as: BrowserContext, url: string): Promise<Figure[]> {
  const context = await fresh(browser, as, url);
  const page = await context.newPage();
  await visit(page, "/inbox?in=all");
  const rows = page.getByRole("list", { name: "Mails" }).getByRole("listitem");
  await expect(rows.first()).toBeVisible();
  const atTheTop = await memory(browser);
  for (let screen = 0; screen < 400; screen += 1) {
    await page.mouse.wheel(0, 4_000);
    await page.waitForTimeout(20);
  }
  await expect(rows.first()).toBeVisible();
  const farDown = await memory(browser);
  const shown = await rows.count();

  await visit(page, "/inbox");
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  const opened = await opening(page);
  await context.close();
  return [
    { name: `tab at the top of ${MAILS} mails`, value: atTheTop, unit: "MB" },
    { name: "tab after 400 screens of scrolling", value: farDown, unit: "MB" },
    { name: "rows in the document after that", value: shown, unit: "" },
    { name: "from a click to the mail", value: opened, unit: "ms" },
  ];
}

/** Milliseconds from a click on the first mail until its subject is the page's heading. */
async function opening(page: Page): Promise<number> {
  await page.waitForFunction(() => document.querySelector(".row a, li a"));
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        const row = document.querySelector<HTMLAnchorElement>("ul[aria-label='Mails'] a[href^='/inbox/']");
        const began = performance.now();
        new MutationObserver((_, observer) => {
          if (!document.querySelector(".conversation")) return;
          observer.disconnect();
          requestAnimationFrame(() => done(performance.now() - began));
        }).observe(document.body, { subtree: true, childList: true });
        row?.click();
      }),
  );
}

/** The memory of the largest page process in MB: its share of what is shared, as Linux counts it (Pss). */
async function memory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => pss(id));
  return Math.max(...sizes);
}

function pss(process: number): number {
  const told = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${process}/smaps_rollup`, "utf8"));
  return Number(told?.[1] ?? 0) / 1_000;
}

function keep(figures: Figure[]): void {
  for (const { name, value, unit } of figures) console.log(`${name.padEnd(48)} ${value.toFixed(1).padStart(10)} ${unit}`);
  const folder = resolve(__dirname, "../../target/bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pages.json"), JSON.stringify(figures, null, 2));
}
