import { execFileSync } from "node:child_process";
import {
  card,
  choose,
  connectButton,
  decide,
  expectNothingLeft,
  holdAnswer,
  openConsent,
  Trail,
} from "../support/consent";
import { signUp } from "../support/people";
import { connected, sentence } from "../support/sentences";
import type { Stack } from "../support/stack";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 20, people: 4 });

/** The person at the provider whom no test connects, so that whatever is read of their mail was read by mistake. */
async function untouched(stack: Stack): Promise<string> {
  return (await stack.sandbox.people())[3];
}

test("when the popup is blocked, the whole page goes and comes back to where it was", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  const trail = new Trail(context);
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connectButton(page).click();
  await choose(page, address);
  await decide(page, "Allow");
  await expect(page.getByText(connected(address))).toBeVisible();
  await expect(page).toHaveURL(`${stack.url}/inbox`);
  await trail.expectCleanPage(page);
  await visit(page, "/settings/connections");
  await expect(card(page, address)).toBeVisible();
});

test("a refusal in the whole page says so and leads back", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connectButton(page).click();
  await choose(page, address);
  await decide(page, "Deny");
  await expect(page.getByText(sentence.denied)).toBeVisible();
  await trail.expectCleanPage(page);
  await page.getByRole("link", { name: "Back" }).click();
  await expect(page).toHaveURL(`${stack.url}/settings/connections`);
  await expectNothingLeft(page, stack, address);
});

test("Deny at the provider is told in the popup, which then closes, and on the page", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  const closed = popup.waitForEvent("close");
  await decide(popup, "Deny");
  await expect(popup.getByText(sentence.denied)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expect(page.getByText(sentence.denied)).toBeVisible();
  await closed;
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText(sentence.denied)).toHaveCount(0);
  await expectNothingLeft(page, stack, address);
});

test("a popup that the person closes is noticed, and can be cancelled", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await expect(page.getByText(sentence.waiting)).toBeVisible();
  await popup.close();
  await expect(page.getByText(sentence.closed)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText(sentence.cancelled)).toBeVisible();
  await expectNothingLeft(page, stack, address);
});

test("after Cancel a window that stayed open connects nothing, and says why", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  const callback = await holdAnswer(popup);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText(sentence.cancelled)).toBeVisible();
  // The page closed the window it had opened; its answer arrives in another one all the same.
  await expect.poll(() => popup.isClosed()).toBe(true);
  const late = await context.newPage();
  await late.goto(callback);
  await expect(late.getByText(sentence.cancelledElsewhere)).toBeVisible();
  await expectNothingLeft(page, stack, address);
});

test("an attempt whose ten minutes are over is told on the page and in the popup", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  // Time is the server's; the row is made as old as it would be then.
  const age = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=20) as db:\n  db.execute('UPDATE oauth_attempts SET expires_at = created_at')";
  execFileSync("python3", ["-c", age, stack.database]);
  await expect(page.getByText(sentence.timedOut)).toBeVisible();
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.timedOut)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expectNothingLeft(page, stack, address);
});

test("an answer with a state we never made is refused", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await popup.evaluate(() => {
    const url = new URL(location.href);
    url.searchParams.set("state", "a-state-that-somebody-else-made-up-and-sent-along");
    location.href = url.href;
  });
  await popup.waitForURL(/state=a-state-that/);
  await choose(popup, address);
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.wrongState)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expectNothingLeft(page, stack, address);
});

test("an answer brought by another browser is refused, and the right one can still bring it", async ({ page, context, stack, browser }) => {
  const [, , address] = await stack.sandbox.people();
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  const answer = await holdAnswer(popup);
  expect(answer).toContain("/auth/google/callback?");

  const foreign = await browser.newContext({ baseURL: stack.url });
  const foreignTrail = new Trail(foreign);
  await signUp(foreign, stack);
  const stranger = await foreign.newPage();
  await stranger.goto(answer);
  await expect(stranger.getByText(sentence.foreignBrowser)).toBeVisible();
  await foreignTrail.expectCleanPage(stranger);
  await expectNothingLeft(stranger, stack, address);
  await foreign.close();

  await expect(page.getByText(sentence.waiting)).toBeVisible();
  const closed = popup.waitForEvent("close");
  await popup.evaluate((url) => void (location.href = url), answer);
  await closed;
  await expect(card(page, address)).toBeVisible();
  trail.expectClean(await page.content());
});

test("an answer that was used once is worth nothing a second time", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
  await expect(card(page, address)).toBeVisible();
  await page.goto(trail.callback);
  await expect(page.getByText(sentence.replayed)).toBeVisible();
  await trail.expectCleanPage(page);
  await visit(page, "/settings/connections");
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("two popups at once connect two mailboxes", async ({ page, context, stack }) => {
  const [one, other] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const first = await openConsent(page);
  const second = await openConsent(page);
  await choose(first, one);
  await choose(second, other);
  const closed = [first.waitForEvent("close"), second.waitForEvent("close")];
  await decide(second, "Allow");
  await decide(first, "Allow");
  await Promise.all(closed);
  for (const address of [one, other]) {
    await expect(page.getByText(connected(address))).toBeVisible();
    await expect(card(page, address)).toBeVisible();
  }
});

test("without the box for reading mail nothing is connected, and the grant is given back", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  for (const box of await popup.getByRole("checkbox").all()) await box.uncheck();
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.scopeMissing)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expect(page.getByText(sentence.scopeMissing)).toBeVisible();
  await expectNothingLeft(page, stack, address);
  const revoked = (await stack.sandbox.requests()).filter((request) => request.path === "/revoke");
  expect(revoked.map((request) => request.status)).toEqual([200]);
});

test("a provider that is down when the code is redeemed is told so", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  await stack.sandbox.breaks({ path: "^/token$", status: 503 });
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.providerDown)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expect(page.getByText(sentence.providerDown)).toBeVisible();
  await expectNothingLeft(page, stack, address);
});

test("a provider that hangs up when the code is redeemed is told so", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  await stack.sandbox.breaks({ path: "^/token$", cut: "before" });
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.providerDown)).toBeVisible();
  await expect(page.getByText(sentence.providerDown)).toBeVisible();
  await expectNothingLeft(page, stack, address);
});

test("a code that the provider refuses is told so", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  await stack.sandbox.breaks({ path: "^/token$", status: 400, body: { error: "invalid_grant" } });
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.codeRefused)).toBeVisible();
  await trail.expectCleanPage(popup);
  await expect(page.getByText(sentence.codeRefused)).toBeVisible();
  await expectNothingLeft(page, stack, address);
});

test("who signed out while at the provider connects nothing", async ({ page, context, stack }) => {
  const address = await untouched(stack);
  const trail = new Trail(context);
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  const popup = await openConsent(page);
  await choose(popup, address);
  const other = await context.newPage();
  await other.goto("/settings/account");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/sign-in$/);
  await decide(popup, "Allow");
  await expect(popup.getByText(sentence.signedOut)).toBeVisible();
  await trail.expectCleanPage(popup);
  expect(await stack.sandbox.wasRead(address)).toBe(false);
});

test.describe("with a provider that was never reached before", () => {
  withStack({ messages: 20, people: 1 });

  test("a provider that is down at the start is told so, and works when it is back", async ({ page, context, stack }) => {
    const [address] = await stack.sandbox.people();
    await signUp(context, stack);
    await visit(page, "/settings/connections");
    await stack.sandbox.breaks({ path: "openid-configuration", status: 503 });
    const opened = page.waitForEvent("popup");
    await connectButton(page).click();
    const popup = await opened;
    await expect(popup.getByText(sentence.providerDown)).toBeVisible();
    await popup.waitForEvent("close");
    await expectNothingLeft(page, stack, address);
    await stack.sandbox.mends();
    await visit(page, "/settings/connections");
    await (await openConsent(page)).close();
  });
});
