import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { card, connect, upToDate } from "../support/consent";
import { hostileLetter, judgedLetter, letterWithAll, PLANTED, plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { expect, revisit, test, visit, withStack } from "../support/test";

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
  const loaded = page.waitForResponse((response) => response.url().includes("/pictures/"));
  await page.getByRole("button", { name: "Show remote images" }).click();
  const picture = await loaded;
  expect([picture.status(), picture.headers()["content-type"]]).toEqual([200, "image/png"]);
  // The frame is nobody: it shows no cookie, and its server hears of us only.
  expect((await picture.request().allHeaders())["cookie"]).toBeUndefined();
  expect((await picture.request().allHeaders())["referer"]).toBeUndefined();
  await expect(frame.getByRole("img", { name: "The harbour" })).toBeVisible();
  expect(pictures()).toEqual([]);

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

test("a mail shows its own picture, folds what it quotes, tells who sent it, and its file is saved", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, letterWithAll("Re: The mooring", address));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  const shown = page.waitForResponse((response) => response.url().includes("/pictures/"));
  await row(page, "Re: The mooring").click();
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("img", { name: "Our logo" })).toBeVisible();
  const logo = await shown;
  expect([logo.status(), logo.headers()["content-type"]]).toEqual([200, "image/png"]);

  await expect(frame.getByText("The mooring is yours.")).toBeVisible();
  await expect(frame.getByText("Is the mooring free?")).toBeHidden();
  await frame.getByText("Show quoted text").click();
  await expect(frame.getByText("Is the mooring free?")).toBeVisible();

  await page.getByText("Sender confirmed by Google").click();
  await expect(page.getByText("The server it came from may send for harbour.example.")).toBeVisible();
  await page.getByRole("link", { name: "All headers" }).click();
  await expect(page.getByText("X-Harbour", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Back to the mail" }).click();

  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: /contract\.txt/ }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("contract.txt");
  expect(readFileSync(await file.path(), "utf8")).toBe("Signed, Rosa\n");
});

test("pictures of a sender are always shown once that is wished, and asked for again when it is not", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  const html = `<p>A view</p><img src="${stack.sandbox.url}/_sandbox/picture?of=quay" alt="The quay" width="96" height="96">`;
  await stack.sandbox.deliver(address, judgedLetter("The quay today", address, html));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await row(page, "The quay today").click();
  const loaded = () => page.waitForResponse((response) => response.url().includes("/pictures/"));
  let shown = loaded();
  await page.getByRole("button", { name: "Always show images of rosa@harbour.example" }).click();
  await shown;
  await expect(page.getByText("Images of rosa@harbour.example are always shown.")).toBeVisible();
  shown = loaded();
  await revisit(page);
  await shown;
  await page.getByRole("button", { name: "Ask before showing" }).click();
  await expect(page.getByText("Images from elsewhere are not loaded.")).toBeVisible();
  await revisit(page);
  await expect(page.getByRole("button", { name: "Show remote images" })).toBeVisible();
});

test("plain text first is remembered", async ({ page, context, stack }) => {
  const [, , address] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, judgedLetter("Low water", address, "<p>At noon</p>"));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await row(page, "Low water").click();
  const remember = page.getByRole("button", { name: "Use for all mail" });
  await expect(page.locator("iframe")).toBeVisible();
  await expect(remember).toBeHidden();
  await page.getByLabel("Plain text").check();
  await remember.click();
  await expect(remember).toBeHidden();
  await revisit(page);
  await expect(page.getByLabel("Plain text")).toBeChecked();
  await expect(page.locator("iframe")).toBeHidden();
  await expect(page.locator(".mail-text")).toContainText("At noon");
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

test("the list grows by More and as it is scrolled, and holds every conversation once", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await visit(page, "/inbox?in=all");
  const links = page.getByRole("list", { name: "Mails" }).getByRole("link");
  await expect(links).toHaveCount(50);
  const more = page.getByRole("link", { name: "More", exact: true });
  await more.click();
  await expect.poll(() => links.count()).toBeGreaterThan(50);
  const met = new Set<string | null>();
  const meet = async () => {
    const shown = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    shown.forEach((href) => met.add(href));
    await page.evaluate(() => window.scrollBy(0, window.innerHeight));
    return page.evaluate(() => window.scrollY + window.innerHeight >= document.documentElement.scrollHeight);
  };
  await expect.poll(async () => (await meet()) && (await more.count()) === 0, { intervals: [20], timeout: 60_000 }).toBe(true);
  await meet();
  const hidden = (labels: string[]) => labels.includes("SPAM") || labels.includes("TRASH");
  const mails = (await stack.sandbox.mails(address)).filter((mail) => !hidden(mail.labels));
  expect(met.size).toBe(new Set(mails.map((mail) => mail.thread_id)).size);
});
