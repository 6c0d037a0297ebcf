import { choose, connectButton, decide } from "../support/consent";
import { signUp } from "../support/people";
import { sentence } from "../support/sentences";
import { expect, test, withStack } from "../support/test";

withStack({ messages: 60, people: 2 });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("what happened is told in words, and a filter shows less of it", async ({ page, context, stack }) => {
      await signUp(context, stack);
      await page.goto("/settings/activity");
      const events = page.getByRole("list", { name: "What happened" }).getByRole("listitem");
      await expect(events).toHaveCount(1);
      await expect(events.first()).toContainText("Account created");
      await page.getByLabel("Outcome").selectOption({ label: "Refused" });
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page).toHaveURL(/outcome=refused/);
      await expect(page.getByRole("heading", { name: "Nothing of this kind" })).toBeVisible();
      await expect(page.getByLabel("Outcome")).toHaveValue("refused");
    });
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a denied consent is among the refusals", async ({ page, context, stack }) => {
    const [address] = await stack.sandbox.people();
    await signUp(context, stack);
    await page.goto("/settings/connections");
    await connectButton(page).click();
    await choose(page, address);
    await decide(page, "Deny");
    await expect(page.getByText(sentence.denied)).toBeVisible();
    await page.goto("/settings/activity?outcome=refused");
    await expect(page.getByText("Connecting a mailbox")).toBeVisible();
  });
});
