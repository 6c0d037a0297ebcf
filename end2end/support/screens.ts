import AxeBuilder from "@axe-core/playwright";
import { expect, type BrowserContext, type Page } from "@playwright/test";
import { join } from "node:path";
import { card, choose, connect, decide, openConsent, upToDate } from "./consent";
import { hostileLetter } from "./letters";
import { fillSignIn, fillSignUp, newcomer, signUp } from "./people";
import { connected, sentence } from "./sentences";
import type { Stack } from "./stack";
import { visit, visitForm } from "./test";

/** How a person may look at the app. */
export interface Look {
  name: string;
  colorScheme: "light" | "dark";
  viewport: { width: number; height: number };
}

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
export const looks: Look[] = [
  { name: "light", colorScheme: "light", viewport: desktop },
  { name: "dark", colorScheme: "dark", viewport: desktop },
  { name: "phone-light", colorScheme: "light", viewport: phone },
  { name: "phone-dark", colorScheme: "dark", viewport: phone },
];

/** Keeps a picture of a screen, and fails when it is wider than its window. `whole` shows what lies below the window, too. */
export async function keep(page: Page, look: Look, name: string, whole = false): Promise<void> {
  const path = join(__dirname, "../artifacts/screens", look.name, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", fullPage: whole });
  const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect.soft(needed, `${name} scrolls sideways`).toBeLessThanOrEqual(there);
}

/** Keeps a picture, and finds nothing wrong with it. */
export async function look(page: Page, look: Look, name: string): Promise<void> {
  await keep(page, look, name);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), name).toEqual([]);
}

/** Called once a screen stands, with its name and the window it stands in. */
export type OnScreen = (name: string, page: Page) => Promise<void>;

/** Every page that needs nobody signed in, with what may go wrong on it. */
export async function showSignedOut(page: Page, on: OnScreen): Promise<void> {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Create account" })).toBeVisible();
  await on("home", page);
  await visitForm(page, "/sign-in");
  await on("sign-in", page);
  await fillSignIn(page, "nobody@people.example", "not the password at all");
  await expect(page.getByText(sentence.wrongCredentials)).toBeVisible();
  await on("sign-in-refused", page);
  await visitForm(page, "/sign-up");
  await on("sign-up", page);
  await fillSignUp(page, { ...newcomer(), password: "password" });
  await expect(page.getByText("This password is among the first")).toBeVisible();
  await on("sign-up-refused", page);
  await visitForm(page, "/forgot-password");
  await on("forgot-password", page);
  await visitForm(page, "/reset-password");
  await on("reset-password", page);
  await visitForm(page, "/verify-email?sent");
  await on("verify-email", page);
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await on("not-found", page);
  await page.goto("/auth/done?problem=wrong_state");
  await expect(page.getByText(sentence.wrongState)).toBeVisible();
  await on("auth-done-refused", page);
  await page.goto("/auth/done");
  await on("auth-done-nothing", page);
}

/** Every page of somebody who has just signed up, and the refusals on the way to a first mailbox. */
export async function showEmpty(page: Page, stack: Stack, on: OnScreen): Promise<void> {
  const [address] = await stack.sandbox.people();
  await visit(page, "/inbox");
  await on("inbox-nothing-connected", page);
  await visit(page, "/settings/account");
  await on("account", page);
  await visit(page, "/settings/activity?kind=programs");
  await expect(page.getByRole("heading", { name: "Nothing of this kind" })).toBeVisible();
  await on("activity-nothing", page);
  await visit(page, "/settings/connections");
  await on("connections-none", page);
  const popup = await openConsent(page);
  await expect(page.getByText(sentence.waiting)).toBeVisible();
  await on("connections-waiting", page);
  await choose(popup, address);
  await decide(popup, "Deny");
  await expect(popup.getByText(sentence.denied)).toBeVisible();
  await on("auth-done-denied", popup);
  await expect(page.getByText(sentence.denied)).toBeVisible();
  await on("connections-denied", page);
  await popup.close();
}

/** Every page of somebody with a complete mailbox. */
export async function showMailbox(page: Page, stack: Stack, on: OnScreen): Promise<void> {
  const [address] = await stack.sandbox.people();
  await visit(page, "/settings/connections");
  // Slowed down, so that the first sync lasts as long as the picture takes.
  await stack.sandbox.breaks({ path: "^/batch", delay_ms: 1_000 });
  await connect(page, address);
  await expect(page.getByText(connected(address))).toBeVisible();
  await expect(card(page, address).locator(".sync-text")).toHaveText(/^[1-9][\d,]* of [\d,]+ mails/);
  await on("connections-syncing", page);
  await stack.sandbox.mends();
  await upToDate(card(page, address));
  await on("connections-connected", page);
  await leaveOutOldMail(page, address);
  await on("connections-left-out", page);
  await visit(page, "/settings/activity");
  await expect(page.getByText("Mailbox connected").first()).toBeVisible();
  await page.getByText("What was done lately").click();
  await on("activity", page);

  await visit(page, "/inbox");
  await upToDate(page.locator("main"));
  await on("inbox", page);
  await page.getByRole("button", { name: "Mailbox" }).click();
  await expect(page.getByRole("link", { name: "Connect a mailbox" })).toBeVisible();
  await on("inbox-mailbox-menu", page);
  await visit(page, "/inbox?in=hidden");
  await expect(page.getByRole("list", { name: "Mails" }).getByRole("link").first()).toBeVisible();
  await on("inbox-hidden", page);
  await visit(page, "/inbox?in=all");
  await showConversations(page, on);
  await page.goto("/inbox/6f9619ff-8b86-4011-b42d-00c04fc964ff");
  await expect(page.getByText("There is nothing here.")).toBeVisible();
  await on("conversation-not-found", page);
}

async function leaveOutOldMail(page: Page, address: string): Promise<void> {
  await card(page, address).getByText("Nothing is left out").click();
  await card(page, address).getByLabel("Older than").fill("2001-01-01");
  await card(page, address).getByRole("button", { name: "Leave out older mail" }).click();
  const summary = card(page, address).getByText("0 mails left out by your choice");
  await expect(summary).toBeVisible();
  await upToDate(card(page, address));
  await expect(card(page, address).getByRole("button", { name: "Bring in" })).toBeVisible();
}

async function showConversations(page: Page, on: OnScreen): Promise<void> {
  const rows = page.getByRole("list", { name: "Mails" }).getByRole("link");
  await rows.filter({ hasText: "Tide tables" }).first().click();
  await expect(page.frameLocator("iframe").getByText("06:40")).toBeVisible();
  await on("conversation-html", page);
  await page.getByLabel("Plain text").check();
  await on("conversation-plain", page);
  await page.goBack();
  await rows.filter({ hasText: "Re: " }).first().click();
  await expect(page.locator(".conversation details[open]")).toBeVisible();
  await on("conversation-thread", page);
}

/** Somebody signed in, whose first mailbox at the provider holds a mail for every kind of conversation. */
export async function settleIn(context: BrowserContext, stack: Stack): Promise<void> {
  const [address] = await stack.sandbox.people();
  await stack.sandbox.deliver(address, hostileLetter("Tide tables", address, stack.sandbox.url));
  await signUp(context, stack);
}
