import type { Page } from "@playwright/test";
import { connect, upToDate } from "../support/consent";
import { plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { look, looks } from "../support/screens";
import { expect, test, visit, withStack } from "../support/test";

withStack({ messages: 400, people: 5 });

const found = (page: Page) => page.getByRole("list", { name: "Mails found" });
const field = (page: Page) => page.getByRole("searchbox", { name: "Search mail" });

for (const [at, shown] of looks.entries()) {
  test.describe(shown.name, () => {
    test.use({ colorScheme: shown.colorScheme, viewport: shown.viewport });

    test(`mail is found as one types, and at the provider before it is here, ${shown.name}`, async ({ page, context, stack }) => {
      const address = (await stack.sandbox.people())[at];
      await stack.sandbox.deliver(address, plainLetter("Informe de mareas", address, "La pleamar será a las 06:40."));
      await signUp(context, stack);
      await visit(page, "/inbox");
      await connect(page, address);
      await upToDate(page.locator("main"));

      await page.locator("h1").first().focus();
      await page.keyboard.press("/");
      await expect(field(page)).toBeFocused();
      await field(page).pressSequentially("mareas pleam");
      await expect(found(page).getByRole("link")).toHaveCount(1);
      await expect(found(page).locator("mark")).toHaveText(["mareas", "pleamar"]);
      await expect(page).toHaveURL(/\/inbox\?q=mareas%20pleam$/);
      await look(page, shown, "search");

      await field(page).fill("is:purple mareas before:yesterday");
      await expect(page.getByText("“is:purple” was left out.")).toBeVisible();
      await look(page, shown, "search-hints");

      // It is at the provider, and nobody has looked since.
      await stack.sandbox.breaks({ path: "/users/me/history", status: 503, times: 40 });
      await stack.sandbox.deliver(address, plainLetter("Boletín del puerto", address, "Viento de levante."));
      await field(page).fill("levante ");
      await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
      await look(page, shown, "search-nothing");
      await page.getByRole("link", { name: "Search at the provider too" }).click();
      await expect(page).toHaveURL(/\/inbox\?q=levante%20&beyond=1$/);
      await expect(found(page).getByRole("link", { name: "Boletín del puerto" })).toBeVisible();
      await expect(page.getByText("1 mail of what your providers found, the newest first.")).toBeVisible();
      await look(page, shown, "search-provider");
      await stack.sandbox.mends();

      await found(page).getByRole("link").first().click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Boletín del puerto");
      await page.goBack();
      await expect(found(page).getByRole("link")).toHaveCount(1);
      await page.getByRole("link", { name: "Only what is stored here" }).click();
      await expect(page).toHaveURL(/\/inbox\?q=levante%20$/);
      await expect(found(page).getByRole("link", { name: "Boletín del puerto" })).toBeVisible();
    });
  });
}
