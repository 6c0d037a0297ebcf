import type { Page } from "@playwright/test";
import { connect, decide, upToDate } from "../support/consent";
import { plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { look, looks } from "../support/screens";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 1_200, people: 5 });

const list = (page: Page) => page.getByRole("list", { name: "Mails" });
const row = (page: Page, subject: string) => list(page).getByRole("listitem").filter({ hasText: subject });

/** A mailbox that may be changed here, with these mails on top of it. */
async function settle(page: Page, address: string): Promise<void> {
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await list(page).getByRole("link").first().click();
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Allow at Google" }).click();
  const popup = await opened;
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
  await expect(page.getByRole("group", { name: "This mail" }).last()).toBeVisible();
  await page.goBack();
  await expect(list(page).getByRole("checkbox").first()).toBeVisible();
  // Coming back, the focus goes to the row that was opened.
  await expect(list(page).getByRole("link").first()).toBeFocused();
}

for (const [at, shown] of looks.entries()) {
  test.describe(shown.name, () => {
    test.use({ colorScheme: shown.colorScheme, viewport: shown.viewport });

    test(`several conversations are chosen, binned at once and taken back, ${shown.name}`, async ({ page, context, stack }) => {
      const address = (await stack.sandbox.people())[at];
      for (const subject of ["Third of three", "Second of three", "First of three"]) {
        await stack.sandbox.deliver(address, plainLetter(subject, address, "Nothing else."));
      }
      await signUp(context, stack);
      await settle(page, address);
      for (const subject of ["First of three", "Third of three"]) {
        await row(page, subject).getByRole("checkbox").check();
      }
      await expect(page.locator(".bulk-count", { hasText: "2 selected" })).toBeVisible();
      await look(page, shown, "inbox-selected");
      await page.getByRole("form", { name: "Selected conversations" }).getByRole("button", { name: "Move to bin" }).click();
      await expect(row(page, "First of three")).toHaveCount(0);
      await expect(row(page, "Third of three")).toHaveCount(0);
      await expect(row(page, "Second of three")).toHaveCount(1);
      await expect(page.getByText("2 mails moved to the bin.")).toBeVisible();
      await look(page, shown, "inbox-undo");
      await page.getByRole("button", { name: "Undo" }).click();
      await expect(row(page, "First of three")).toHaveCount(1);
      await expect(row(page, "Third of three")).toHaveCount(1);
      await page.getByRole("button", { name: "Mailbox" }).click();
      await expect(page.getByText(/^Up to date, [\d,]+ mails$/)).toBeVisible();
      await look(page, shown, "inbox-mailbox-states");
    });
  });
}

test("the keyboard does what a mouse does", async ({ page, context, stack }) => {
  const address = (await stack.sandbox.people())[4];
  for (const subject of ["The one", "The other"]) {
    await stack.sandbox.deliver(address, plainLetter(subject, address, "Nothing else."));
  }
  await signUp(context, stack);
  await settle(page, address);
  // They came in the same second: which is on top is nobody's business.
  const [over, under] = await list(page).locator(".row-subject").allInnerTexts();
  await page.locator("h1").first().focus();
  await page.keyboard.press("j");
  await expect(row(page, over).getByRole("link")).toBeFocused();
  await page.keyboard.press("j");
  await expect(row(page, under).getByRole("link")).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("s");
  await expect(row(page, over).getByText("Starred")).toBeAttached();
  await page.keyboard.press("x");
  await expect(page.locator(".bulk-count", { hasText: "1 selected" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".bulk-count", { hasText: "1 selected" })).toBeHidden();
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { name: over })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: under })).toBeVisible();
  await page.keyboard.press("u");
  await expect(row(page, under).getByRole("link")).toBeFocused();
  await page.keyboard.press("e");
  await expect(row(page, under)).toHaveCount(0);
  await expect(page.getByText("1 mail archived.")).toBeVisible();
  await page.keyboard.press("z");
  await expect(row(page, under)).toHaveCount(1);
  await row(page, over).getByRole("link").focus();
  await page.keyboard.press("#");
  await expect(row(page, over)).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("heading", { name: "Keyboard shortcuts" })).toBeVisible();
  await look(page, looks[0], "keyboard-shortcuts");
});

test("however far somebody scrolls, the document keeps a screenful, and going back finds the place", async ({ page, context, stack }) => {
  const address = (await stack.sandbox.people())[4];
  await signUp(context, stack);
  await visit(page, "/inbox?in=all");
  await connect(page, address);
  await upToDate(page.locator("main"));
  const rows = list(page).getByRole("listitem");
  await expect(rows.first()).toBeVisible();
  // Down to the oldest mail, as fast as the pages come.
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
        return page.getByRole("link", { name: "More", exact: true }).count();
      },
      { timeout: 60_000, intervals: [50] },
    )
    .toBe(0);
  const [high, there] = await page.evaluate(() => {
    const ul = document.querySelector("ul.rows");
    return [ul?.getBoundingClientRect().height ?? 0, ul?.children.length ?? 0];
  });
  expect(there).toBeLessThan(250);
  expect(high / 41).toBeGreaterThan(500);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  const inSight = () => page.evaluate(() => document.elementFromPoint(400, 400)?.closest(".row")?.querySelector("a")?.id);
  await expect.poll(inSight).toBeTruthy();
  const id = await inSight();
  const before = await page.evaluate(() => window.scrollY);
  await page.locator(`[id="${id}"]`).click();
  await expect(page.locator(".conversation h1")).toBeVisible();
  await page.goBack();
  await expect(page.locator(`[id="${id}"]`)).toBeFocused();
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(3);
});
