import type { Page } from "@playwright/test";
import { connect, decide, upToDate } from "../support/consent";
import { plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { look, looks } from "../support/screens";
import type { Stack } from "../support/stack";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 120, people: 4 });

/** The row of a mail by its subject. */
function row(page: Page, subject: string) {
  return page.getByRole("list", { name: "Mails" }).getByRole("listitem").filter({ hasText: subject });
}

/** The labels a mail has at the provider in the end. */
async function expectLabels(stack: Stack, address: string, id: string, labels: string[]): Promise<void> {
  const there = async () => (await stack.sandbox.mails(address)).find((mail) => mail.id === id)?.labels.sort();
  await expect.poll(there, { timeout: 15_000 }).toEqual(labels.sort());
}

/** Allows managing mail, in a popup that knows whose mailbox it is. */
async function allow(page: Page): Promise<void> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Allow at Google" }).click();
  const popup = await opened;
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
}

for (const [at, shown] of looks.entries()) {
  test.describe(shown.name, () => {
    test.use({ colorScheme: shown.colorScheme, viewport: shown.viewport });

    test(`one popup allows it, and what is done here is done there, ${shown.name}`, async ({ page, context, stack }) => {
      const address = (await stack.sandbox.people())[at];
      const id = await stack.sandbox.deliver(address, plainLetter("Boat on Sunday?", address, "We leave at nine."));
      const other = await stack.sandbox.deliver(address, plainLetter("The keys", address, "They are under the mat."));
      await signUp(context, stack);
      await visit(page, "/inbox");
      await connect(page, address);
      await upToDate(page.locator("main"));

      await row(page, "Boat on Sunday?").getByRole("link").click();
      await expect(page.getByText("This mailbox is only read here.")).toBeVisible();
      await look(page, shown, "conversation-read-only");
      await allow(page);
      await expect(page.getByText(`Now on for ${address}: Manage mail.`)).toBeVisible();
      const buttons = page.getByRole("group", { name: "This mail" }).last();
      await buttons.getByRole("button", { name: "Star" }).click();
      await expect(buttons.getByRole("button", { name: "Remove star" })).toBeVisible();
      await expectLabels(stack, address, id, ["INBOX", "STARRED"]);
      await look(page, shown, "conversation-managed");
      await buttons.getByRole("button", { name: "Move to bin" }).click();
      await expect(buttons.getByText("In the bin")).toBeVisible();
      await expectLabels(stack, address, id, ["STARRED", "TRASH"]);
      await buttons.getByRole("button", { name: "Restore" }).click();
      await expectLabels(stack, address, id, ["INBOX", "STARRED"]);

      await page.goBack();
      const second = row(page, "The keys");
      // The window of a phone has a mouse here; a finger would find the buttons in the opened mail.
      await second.hover();
      await look(page, shown, "inbox-row-pointed-at");
      // What looked at the page may have taken the mouse away from the row.
      await second.hover();
      await second.getByRole("button", { name: "Archive" }).click();
      await expect(second).toHaveCount(0);
      await expectLabels(stack, address, other, ["UNREAD"]);
    });
  });
}

test("the keyboard reaches the buttons of a row, and the focus stays in the list", async ({ page, context, stack }) => {
  const address = (await stack.sandbox.people())[0];
  const id = await stack.sandbox.deliver(address, plainLetter("Sailing without an engine", address, "Nothing else."));
  await signUp(context, stack);
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
  await row(page, "Sailing without an engine").getByRole("link").click();
  await allow(page);
  await expect(page.getByRole("group", { name: "This mail" }).last()).toBeVisible();
  await page.goBack();
  await expect(row(page, "Sailing without an engine").getByRole("link")).toBeFocused();
  const button = (name: string) => row(page, "Sailing without an engine").getByRole("button", { name, exact: true });
  // What was just allowed comes to the list as news.
  await expect(button("Star")).toBeAttached();
  await page.keyboard.press("Tab");
  await expect(button("Star")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(button("Remove star")).toBeFocused();
  // What the provider says about it later changes the row, and not where the focus is.
  await expectLabels(stack, address, id, ["INBOX", "STARRED"]);
  for (const name of ["Mark as unread", "Archive"]) {
    await page.keyboard.press("Tab");
    await expect(button(name)).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(row(page, "Sailing without an engine")).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Mails" }).getByRole("link").first()).toBeFocused();
});
