import type { BrowserContext, Page } from "@playwright/test";
import { card, connect, decide, upToDate } from "../support/consent";
import { judgedLetter } from "../support/letters";
import { signUp } from "../support/people";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 60, people: 7 });

/** Does something in another tab, and waits until the page has heard of it and read again what it shows. */
async function beside(page: Page, context: BrowserContext, readsAgain: string, doing: (other: Page) => Promise<void>): Promise<void> {
  const again = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith(`/server/${readsAgain}`));
  const other = await context.newPage();
  await doing(other);
  await (await again).finished();
  // What came is on the screen with the frame after it.
  await page.bringToFront();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await other.close();
}

const connectBeside = (page: Page, context: BrowserContext, address: string, readsAgain: string) =>
  beside(page, context, readsAgain, async (other) => {
    await visit(other, "/settings/connections");
    await connect(other, address);
    await upToDate(card(other, address));
  });

/** Connects a mailbox and begins a mail in it, which Google is asked to allow. Where the draft is. */
async function draftIn(page: Page, address: string): Promise<string> {
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await page.getByRole("button", { name: "Compose" }).click();
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Allow at Google" }).click();
  await decide(await opened, "Allow");
  await expect(page).toHaveURL(/\/write\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

test("a mail stays as its reader left it when another mailbox is connected beside it", async ({ page, context, stack }) => {
  const [address, another] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, judgedLetter("Low water", address, "<p>At noon</p>"));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await page.getByRole("list", { name: "Mails" }).getByRole("link").filter({ hasText: "Low water" }).click();
  await page.getByLabel("Plain text").check();
  await connectBeside(page, context, another, "open_conversation");
  await expect(page.getByLabel("Plain text")).toBeChecked();
  await expect(page.getByLabel("Plain text")).toBeFocused();
});

test("a card stays as somebody left it when another mailbox is connected, whose card comes beside it", async ({ page, context, stack }) => {
  const [, , address, another] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connect(page, address);
  await upToDate(card(page, address));
  await expect(card(page, address).getByRole("button", { name: "Check now" })).toBeVisible();
  await card(page, address).getByText("Nothing is left out").click();
  const older = card(page, address).getByLabel("Older than");
  await older.fill("2001-01-01");
  await connectBeside(page, context, another, "list_connections");
  await upToDate(card(page, another));
  await expect(older).toHaveValue("2001-01-01");
  await expect(older).toBeFocused();
});

test("a draft whose mailbox may not send any more keeps what is typed when another mailbox is connected", async ({ page, context, stack }) => {
  const [, , , , address, another] = await stack.sandbox.people();
  await signUp(context, stack);
  const draft = await draftIn(page, address);

  await visit(page, "/settings/connections");
  const sending = card(page, address).getByRole("listitem").filter({ hasText: "Send mail" });
  await sending.getByRole("button", { name: "Switch off" }).click();
  await expect(sending.getByRole("button", { name: "Switch on" })).toBeVisible();
  await visit(page, draft);
  await expect(page.getByText(`is switched off for ${address}.`)).toBeVisible();
  await page.getByLabel("Subject").fill("The keys");
  // Held, so that what the server tells of the draft is older than what is typed.
  await page.route("**/server/save_draft", async (route) => route.abort());
  await page.getByLabel("Message").pressSequentially("They are under the mat.");
  await connectBeside(page, context, another, "open_draft");
  await expect(page.getByLabel("Message")).toHaveValue("They are under the mat.");
  await expect(page.getByLabel("Message")).toBeFocused();
  await page.unroute("**/server/save_draft");

  const other = await context.newPage();
  await visit(other, "/settings/connections");
  await card(other, address).getByRole("listitem").filter({ hasText: "Send mail" }).getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByText(`is switched off for ${address}.`)).toBeHidden();
  await expect(page.getByLabel("Message")).toHaveValue("They are under the mat.");
});

test("whoever stands on a draft in the list still does when another is thrown away", async ({ page, context, stack }) => {
  const address = (await stack.sandbox.people())[6];
  await signUp(context, stack);
  await draftIn(page, address);
  await page.getByLabel("Subject").fill("The boat");
  await expect(page.locator('.kept[data-kept="true"]')).toBeVisible();
  await visit(page, "/inbox");
  await page.getByRole("button", { name: "Compose" }).click();
  await expect(page).toHaveURL(/\/write\/[0-9a-f-]{36}$/);
  await page.getByLabel("Subject").fill("The keys");
  await expect(page.locator('.kept[data-kept="true"]')).toBeVisible();
  const keys = new URL(page.url()).pathname;

  const boat = page.getByRole("link", { name: /The boat/ });
  await boat.click();
  await expect(page.getByLabel("Subject")).toHaveValue("The boat");
  await boat.focus();
  await beside(page, context, "list_written", async (other) => {
    await visit(other, keys);
    await other.getByText("Discard this draft").click();
    await other.getByRole("button", { name: "Discard", exact: true }).click();
    await expect(other).toHaveURL(/\/inbox$/);
  });
  await expect(page.getByRole("link", { name: /The keys/ })).toBeHidden();
  await expect(boat).toBeFocused();
});
