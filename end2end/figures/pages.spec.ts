import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { connect } from "../support/consent";
import { writeFigures } from "../support/figures";
import { signUp } from "../support/people";
import { expect, test, visit, withStack } from "../support/test";

/** Mails of the mailbox whose list is scrolled. */
const MAILS = Number(process.env.GATEPOST_BENCH_MAILS ?? 100_000);
/** How much slower than this machine the processor is. */
const SLOWED = 4;
/** Times that each page is loaded; the middle one counts. */
const TIMES = 5;
const OUTSIDE = ["/", "/sign-in"];
const INSIDE = ["/inbox", "/write", "/settings/connections", "/settings/account"];

withStack({ messages: MAILS, people: 1, profile: "release" });

/** One first load of a page. Bytes are those on the wire, with headers; times are milliseconds since it began. */
interface Load {
  bytes: number;
  requests: number;
  paint: number;
  /** When the scripts had taken the page over, and a click did what they do. */
  takenOver?: number;
}

test("what pages weigh, when they can be read and used, and what a long list needs", async ({ page, context, browser, stack }) => {
  const [address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connect(page, address);
  await page.goto("/inbox");
  await expect(page.locator("main .sync-text")).toHaveText(/^Up to date\./, { timeout: 1_500_000 });
  await page.close();

  const files = new Map<string, number>();
  const pages: Record<string, unknown> = {};
  for (const path of [...OUTSIDE, ...INSIDE]) {
    const loads: Load[] = [];
    for (let time = 0; time < TIMES; time += 1) loads.push(await load(browser, context, stack.url, path, files));
    const of = (number: (load: Load) => number | undefined) => middle(loads.map(number));
    pages[path] = { kilobytes: of((one) => one.bytes / 1_000), requests: of((one) => one.requests), paint: of((one) => one.paint), takenOver: of((one) => one.takenOver) };
  }
  const everything = [...files].filter(([path]) => path.startsWith("/pkg/")).reduce((sum, [, bytes]) => sum + bytes, 0) / 1_000;
  writeFigures("pages", {
    how: `Chromium, first load, release build, brotli on the wire with headers, processor slowed down ${SLOWED} times, median of ${TIMES}, ms`,
    pages,
    filesOfAllPages: { kilobytes: everything, files: files.size },
    list: await longList(browser, context, stack.url),
  });
});

const middle = (numbers: (number | undefined)[]) => numbers.sort((one, other) => (one ?? 0) - (other ?? 0))[Math.floor(numbers.length / 2)];

/** A browser that has never been here, of whoever is signed in in `as`. */
async function fresh(browser: Browser, as: BrowserContext, url: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL: url, storageState: await as.storageState() });
}

/** Loads a page for the first time on a slow processor; the weight of every file goes into `files`. */
async function load(browser: Browser, as: BrowserContext, url: string, path: string, files: Map<string, number>): Promise<Load> {
  const context = OUTSIDE.includes(path) ? await browser.newContext({ baseURL: url }) : await fresh(browser, as, url);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const paints: number[] = [];
    Object.assign(window, { paints });
    new PerformanceObserver((list) => paints.push(...list.getEntries().map((entry) => entry.startTime))).observe({ type: "largest-contentful-paint", buffered: true });
  });
  const session = await context.newCDPSession(page);
  const told = await listen(session);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  await page.goto(path, { waitUntil: "networkidle" });
  const { paint, origin } = await page.evaluate(() => ({
    paint: (window as unknown as { paints: number[] }).paints.at(-1) ?? 0,
    origin: performance.timeOrigin,
  }));
  await context.close();
  for (const [file, bytes] of told.weights) files.set(file, bytes);
  const bytes = [...told.weights.values()].reduce((sum, one) => sum + one, 0);
  return { bytes, requests: told.weights.size, paint, takenOver: told.stream && told.stream - origin };
}

interface Told {
  /** Bytes by path. */
  weights: Map<string, number>;
  /** When the live stream was asked for, which a page's scripts do last; milliseconds since 1970. */
  stream?: number;
}

async function listen(session: CDPSession): Promise<Told> {
  const told: Told = { weights: new Map() };
  const paths = new Map<string, string>();
  session.on("Network.requestWillBeSent", ({ requestId, request, wallTime }) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/events") told.stream = wallTime * 1_000;
    else paths.set(requestId, pathname);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path) told.weights.set(path, (told.weights.get(path) ?? 0) + encodedDataLength);
  });
  await session.send("Network.enable");
  return told;
}

/** What a tab needs at the start of a long list and far down in it, and how long a mail takes to open on a slow processor. */
async function longList(browser: Browser, as: BrowserContext, url: string): Promise<Record<string, number>> {
  const context = await fresh(browser, as, url);
  const page = await context.newPage();
  await visit(page, "/inbox?in=all");
  const rows = page.getByRole("list", { name: "Mails" }).getByRole("listitem");
  await expect(rows.first()).toBeVisible();
  const megabytesAtItsTop = await memory(browser);
  let screens = 0;
  for (; screens < 400; screens += 1) {
    await page.mouse.wheel(0, 4_000);
    await page.waitForTimeout(20);
  }
  const scrolled = await page.evaluate(() => window.scrollY);
  const megabytesFarDown = await memory(browser);
  const rowsInTheDocument = await rows.count();
  await visit(page, "/inbox");
  await expect(rows.first()).toBeVisible();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  const fromClickToMail = await opening(page);
  await context.close();
  return { mails: MAILS, megabytesAtItsTop, scrolled, megabytesFarDown, rowsInTheDocument, fromClickToMail };
}

/** Milliseconds from a click on the first mail until its page is drawn. */
async function opening(page: Page): Promise<number> {
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

/** The memory of the largest page process in MB: with its share of what is shared, as Linux counts it (Pss). */
async function memory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => pss(id)));
}

function pss(process: number): number {
  const told = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${process}/smaps_rollup`, "utf8"));
  return Number(told?.[1] ?? 0) / 1_000;
}
