import type { Page } from "@playwright/test";
import { card, connect, upToDate } from "../support/consent";
import { hostileLetter, PLANTED, plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 150, people: 3 });

/** The row of a mail by its subject. */
function row(page: Page, subject: string) {
  return page.getByRole("list", { name: "Mails" }).getByRole("link").filter({ hasText: subject });
}

test("a mail opens with its text, and going back finds the list as it was", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, plainLetter("Boat on Sunday?", address, "We leave at nine.\n<b>Bring</b> a coat."));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  const first = page.getByRole("list", { name: "Mails" }).getByRole("listitem").first();
  await expect(first).toContainText("Rosa Almeida");
  await expect(first).toContainText("Boat on Sunday?");
  await expect(first).toContainText("We leave at nine.");
  await expect(first).toContainText("Unread");

  // The time is that of the browser's zone.
  const time = first.locator("time");
  const at = new Date((await time.getAttribute("datetime")) ?? "");
  const local = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "Asia/Kathmandu" }).format(at);
  await expect(time).toHaveAttribute("title", new RegExp(`, ${local}$`));

  await row(page, "Boat on Sunday?").click();
  await expect(page).toHaveURL(/\/inbox\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "Boat on Sunday?", level: 1 })).toBeVisible();
  // What looks like markup in a plain text stays text.
  await expect(page.locator(".mail-text")).toContainText("<b>Bring</b> a coat.");

  await page.goBack();
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(row(page, "Boat on Sunday?")).toBeVisible();
  await expect(row(page, "Boat on Sunday?")).toBeFocused();
});

test("the HTML of a hostile mail is shown framed, and nothing in it runs or loads", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  await stack.sandbox.deliver(address, hostileLetter("Tide tables", address, stack.sandbox.url));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await row(page, "Tide tables").click();

  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("heading", { name: "The tide tables are here" })).toBeVisible();
  await expect(frame.getByText("06:40")).toBeVisible();
  // A sandbox without scripts and without our origin.
  const sandbox = await page.locator("iframe").getAttribute("sandbox");
  expect(sandbox).not.toMatch(/allow-scripts|allow-same-origin|allow-top-navigation|allow-forms/);
  const policy = await page.request.get(`${await page.locator("iframe").getAttribute("src")}`);
  expect(policy.headers()["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
  expect(await policy.text()).not.toMatch(/<script|onerror|onload|javascript:|<form|http-equiv/i);

  // Pictures from elsewhere only when they are asked for.
  const pictures = () => asked.filter((url) => url.includes("/_sandbox/picture"));
  expect(pictures()).toEqual([]);
  const loaded = page.waitForRequest((request) => request.url().includes("/_sandbox/picture?of=harbour"));
  await page.getByRole("button", { name: "Show remote images" }).click();
  await loaded;
  await expect(frame.getByRole("img", { name: "The harbour" })).toBeVisible();

  // Whatever would have run has had its chance by now.
  expect(asked.filter((url) => url.includes(PLANTED))).toEqual([]);
  expect(await page.evaluate(() => window.name)).toBe("");
});

test("the plain text of the same mail is one choice away", async ({ page, context, stack }) => {
  const [, , address] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, hostileLetter("Tide tables", address, stack.sandbox.url));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await row(page, "Tide tables").click();
  const text = page.getByText("High water on Saturday is at 06:40, in plain text.");
  await expect(page.locator("iframe")).toBeVisible();
  await expect(text.last()).toBeHidden();
  await page.getByLabel("Plain text").check();
  await expect(text.last()).toBeVisible();
  await expect(page.locator("iframe")).toBeHidden();
});

test("new mail shows up in an open inbox after Sync now, without a reload", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  const before = await upToDate(page.locator("main"));
  await stack.sandbox.deliver(address, plainLetter("The ferry is late", address, "By an hour."));

  const other = await context.newPage();
  await visit(other, "/settings/connections");
  await card(other, address).getByRole("button", { name: "Sync now" }).click();
  await expect(row(page, "The ferry is late")).toBeVisible();
  await expect(page.locator("main .sync-text")).toHaveText(new RegExp(`^Up to date\\. ${before + 1} mails`));
});

test("the list grows by More and holds every mail once", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await visit(page, "/inbox?in=all");
  const links = page.getByRole("list", { name: "Mails" }).getByRole("link");
  await expect(links).toHaveCount(50);
  const more = page.getByRole("link", { name: "More", exact: true });
  for (let pages = 1; await more.isVisible(); pages += 1) {
    await expect(links).toHaveCount(50 * pages);
    await more.click();
    await expect.poll(() => links.count()).toBeGreaterThan(50 * pages);
  }
  const hidden = (labels: string[]) => labels.includes("SPAM") || labels.includes("TRASH");
  const mails = await stack.sandbox.mails(address);
  await expect(links).toHaveCount(mails.filter((mail) => !hidden(mail.labels)).length);
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(new Set(addresses).size).toBe(addresses.length);
});
