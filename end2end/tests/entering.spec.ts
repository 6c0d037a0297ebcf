import { card, choose, connectOutlook, decide } from "../support/consent";
import { signUp } from "../support/people";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 60, people: 5 });

const providers = ["Google", "Microsoft"] as const;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    for (const [position, provider] of providers.entries()) {
      test(`somebody signs in with ${provider} and is led to connect a mailbox`, async ({ page, stack }) => {
        // Whoever allowed it once is not asked again: each goes there for the first time.
        const address = (await stack.sandbox.people())[position + (javaScriptEnabled ? 0 : 3)];
        await page.goto("/sign-in");
        await page.getByRole("link", { name: `Sign in with ${provider}` }).click();
        await choose(page, address);
        await decide(page, "Allow");
        await expect(page).toHaveURL(`${stack.url}/inbox`);
        await expect(page.getByRole("button", { name: "Connect Gmail" })).toBeVisible();
        await expect(page.getByRole("button", { name: "Connect Outlook" })).toBeVisible();
        await page.goto("/settings/account");
        await expect(page.getByText(address).first()).toBeVisible();
      });

      test(`who declines at ${provider} is not signed in, and goes back to the door`, async ({ page, stack }) => {
        const address = (await stack.sandbox.people())[2];
        await page.goto("/sign-in?return_to=/settings/account");
        await page.getByRole("link", { name: `Sign in with ${provider}` }).click();
        await choose(page, address);
        await decide(page, "Deny");
        await expect(page.getByRole("heading", { name: "Not signed in" })).toBeVisible();
        await page.getByRole("link", { name: "Back" }).click();
        await expect(page).toHaveURL(/\/sign-in\?return_to=%2Fsettings%2Faccount$/);
      });
    }
  });
}

test("Outlook is connected by the same popup, cut off from its opener by Microsoft's pages", async ({ page, context, stack }) => {
  const [personal, , work] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  for (const address of [personal, work]) {
    await connectOutlook(page, address);
    const made = card(page, address);
    await expect(made.getByText("Connected", { exact: true })).toBeVisible();
    await expect(made).toContainText("Microsoft");
    await expect(made.getByText(/^Up to date/)).toBeVisible({ timeout: 60_000 });
  }
  const first = card(page, personal);
  await first.getByText("Disconnect", { exact: true }).click();
  await first.getByRole("button", { name: "Disconnect" }).click();
  await expect(first).toHaveCount(0);
  await expect(card(page, work)).toBeVisible();
});
