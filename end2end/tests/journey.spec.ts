import type { Page } from "@playwright/test";
import { card, connect, connectButton, Trail, upToDate } from "../support/consent";
import { fillSignUp, newcomer, signUp } from "../support/people";
import { connected } from "../support/sentences";
import type { StackOptions } from "../support/stack";
import { arrive, expect, test, visit, withStack } from "../support/test";

/** Leaves a mark that a reload would wipe out. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { untouched: true }));
}

/** The page was never loaded again since it was marked. */
async function expectUntouched(page: Page): Promise<void> {
  expect(await page.evaluate(() => "untouched" in window), "the page was not loaded again").toBe(true);
}

const coops: NonNullable<StackOptions["coop"]>[] = ["report", "enforce", "none"];
for (const coop of coops) {
  test.describe(`with a provider whose opener policy is "${coop}"`, () => {
    withStack({ coop, messages: 400, people: 2, latencyMs: 50 });

    test("somebody signs up, connects Gmail in a popup, and watches the mail arrive", async ({ page, context, stack }) => {
      const [address] = await stack.sandbox.people();
      const trail = new Trail(context);
      await page.goto("/sign-up");
      await arrive(page, () => fillSignUp(page, newcomer()));
      await expect(page).toHaveURL(/\/settings\/connections$/);
      await mark(page);

      await connect(page, address);
      await expect(page.getByText(connected(address))).toBeVisible();
      const made = card(page, address);
      await expect(made).toBeVisible();
      await expect(made.getByText("Connected", { exact: true })).toBeVisible();
      await expect(made).toContainText("Google");
      await expect(made).toContainText("Read mail");
      trail.expectClean(await page.content());

      // Within the page, without loading it again, the inbox fills.
      await page.getByRole("link", { name: "Inbox" }).first().click();
      await expect(page).toHaveURL(/\/inbox$/);
      const rows = page.getByRole("list", { name: "Mails" }).getByRole("listitem");
      await expect(rows).not.toHaveCount(0);
      const told = await upToDate(page.locator("main"));
      expect(told).toBe((await stack.sandbox.mails(address)).length);
      await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(50);
      await expectUntouched(page);
    });

    test("an open inbox fills by itself after the popup has closed", async ({ page, context, stack }) => {
      const [, address] = await stack.sandbox.people();
      await signUp(context, stack);
      await visit(page, "/inbox");
      await mark(page);
      await connect(page, address);
      await expect(page.getByRole("list", { name: "Mails" }).getByRole("listitem").nth(20)).toBeVisible();
      expect(await upToDate(page.locator("main"))).toBe((await stack.sandbox.mails(address)).length);
      await expectUntouched(page);
    });

    test("it works with both ways of telling the opener cut", async ({ page, context, stack }) => {
      const [address] = await stack.sandbox.people();
      await context.addInitScript(() => {
        class Silent extends EventTarget {
          onmessage = null;
          postMessage() {}
          close() {}
        }
        Object.assign(window, { BroadcastChannel: Silent });
        window.postMessage = () => {};
        // Whatever arrives is dropped before anybody else hears it.
        window.addEventListener("message", (event) => event.stopImmediatePropagation(), true);
        try {
          Object.defineProperty(window, "opener", { get: () => null });
        } catch {
          window.opener = null;
        }
      });
      await signUp(context, stack);
      await visit(page, "/settings/connections");
      await mark(page);
      await connect(page, address);
      await expect(page.getByText(connected(address))).toBeVisible();
      await expect(card(page, address)).toBeVisible();
      await expectUntouched(page);
    });
  });
}

test.describe("with a complete mailbox", () => {
  withStack({ messages: 120, people: 2 });

  test("connecting the same mailbox again repairs it and makes no second card", async ({ page, context, stack }) => {
    const [address] = await stack.sandbox.people();
    await signUp(context, stack);
    await visit(page, "/settings/connections");
    await connect(page, address);
    await upToDate(card(page, address));
    await connect(page, address);
    await expect(page.getByText(connected(address))).toHaveCount(2);
    await expect(page.getByRole("article")).toHaveCount(1);
    expect(await upToDate(card(page, address))).toBe((await stack.sandbox.mails(address)).length);
  });

  test("what one person connects is invisible to another", async ({ page, context, stack, browser }) => {
    const [address] = await stack.sandbox.people();
    await signUp(context, stack);
    await visit(page, "/settings/connections");
    await connect(page, address);
    await upToDate(card(page, address));
    await page.goto("/inbox");
    const row = page.getByRole("list", { name: "Mails" }).getByRole("link").first();
    const mail = await row.getAttribute("href");

    const other = await browser.newContext({ baseURL: stack.url });
    await signUp(other, stack);
    const stranger = await other.newPage();
    await stranger.goto("/inbox");
    await expect(connectButton(stranger)).toBeVisible();
    for (const path of [`${mail}`, `${mail}/frame`]) {
      const response = await stranger.goto(path);
      expect(response?.status(), path).toBe(404);
      await expect(stranger.getByText("There is nothing here.")).toBeVisible();
    }
    await other.close();
  });
});
