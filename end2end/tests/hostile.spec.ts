import type { Page } from "@playwright/test";
import { connect, connectOutlook, upToDate } from "../support/consent";
import { Beacon, cases, filled, mailOf } from "../support/hostile";
import { signUp } from "../support/people";
import { Sandbox } from "../support/sandbox";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 1, people: 2 });

/** Every mail of the mailbox. */
async function mails(page: Page): Promise<string[]> {
  const ids = new Set<string>();
  let after = "";
  do {
    const form = { folder: "all", ...(after && { after }) };
    const headers = { accept: "application/json", "sec-fetch-site": "same-origin" };
    const answer = await page.request.post("/api/fn/app/features/mail/server/list_inbox", { form, headers });
    expect(answer.ok(), await answer.text()).toBe(true);
    const list = await answer.json();
    for (const row of list.rows) ids.add(row.id);
    after = list.next ?? "";
  } while (after);
  return [...ids];
}

/** Opens every mail, shows its pictures, and tells what ran, what was asked of others and what broke. */
async function openAll(page: Page, ids: string[], own: string, beacon: Beacon): Promise<string[]> {
  const trouble: string[] = [];
  let open = "";
  page.on("crash", () => trouble.push(`${open}: crashed`));
  page.on("dialog", (dialog) => trouble.push(`${open}: a dialog`));
  page.on("popup", () => trouble.push(`${open}: a window`));
  page.on("download", () => trouble.push(`${open}: a download`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(own) && !url.startsWith("data:image/")) trouble.push(`${open}: asked ${url.slice(0, 200)}`);
  });
  for (const id of ids) {
    const answer = await page.goto(`/inbox/${id}`, { waitUntil: "load" });
    open = await page.title();
    if (answer?.status() !== 200) trouble.push(`${open}: ${answer?.status()}`);
    const show = page.getByRole("button", { name: "Show remote images" });
    if (await show.isVisible()) {
      // Frames are loaded when they come into sight: one that has not begun would take the place of the one with images.
      await expect.poll(() => page.frames()[1]?.url()).toContain("/frame");
      const shown = page.waitForResponse((response) => response.url().includes("images=1"));
      await show.click();
      await (await shown).finished();
    }
    // Whatever is going to run has run when the frames have loaded.
    for (const frame of page.frames().slice(1)) await frame.waitForLoadState("load");
    // What tries to run in a frame is told on the console, which fails the test; what got out of it is seen here.
    if (await page.evaluate(() => "__ran" in window)) trouble.push(`${open}: ran`);
    if (page.frames().length > 2) trouble.push(`${open}: ${page.frames().length} frames`);
    if (!page.url().startsWith(`${own}/inbox/${id}`)) trouble.push(`${open}: led to ${page.url()}`);
  }
  trouble.push(...beacon.heard.map((path) => `heard ${path}`));
  return trouble;
}

test("whoever listens would hear", async ({ context }) => {
  const beacon = await Beacon.light();
  const page = await context.newPage();
  await page.setContent(filled(cases[0].html ?? "", cases[0], beacon));
  await expect.poll(() => beacon.heard.length).toBeGreaterThan(0);
  expect(await page.evaluate(() => "__ran" in window)).toBe(true);
  beacon.put();
});

for (const provider of ["Gmail", "Outlook"]) {
  test(`no hostile mail in ${provider} runs, tells, leads away or breaks anything`, async ({ page, context, stack }) => {
    test.setTimeout(600_000);
    const beacon = await Beacon.light();
    const [first, second] = await stack.sandbox.people();
    const [address, port] = provider === "Gmail" ? [first, stack.sandbox] : [second, new Sandbox(stack.microsoft)];
    for (const one of cases) await port.deliver(address, mailOf(one, beacon));
    await signUp(context, stack);
    await visit(page, "/inbox");
    await (provider === "Gmail" ? connect : connectOutlook)(page, address);
    const told = await upToDate(page.locator("main"));
    expect(told).toBeGreaterThanOrEqual(cases.length);
    const ids = await mails(page);
    expect(ids.length).toBeGreaterThanOrEqual(cases.length);
    const tab = await context.newPage();
    expect(await openAll(tab, ids, stack.url, beacon)).toEqual([]);
    console.log(`${provider}: ${cases.length} hostile mails, ${ids.length} opened: ran 0, fetched 0, crashed 0`);
    beacon.put();
  });
}
