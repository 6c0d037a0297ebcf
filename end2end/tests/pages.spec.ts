import type { Page } from "@playwright/test";
import { keep, looks, settleIn, showEmpty, showMailbox, showSignedOut } from "../support/screens";
import { test, withStack } from "../support/test";

withStack({ messages: 2_000, people: 3 });

for (const look of looks) {
  test.describe(look.name, () => {
    test.use({ colorScheme: look.colorScheme, viewport: look.viewport });

    // The console is watched by every test: a panic, a refused load or a warning fails it.
    test(`every page stands quietly, ${look.name}`, async ({ page, context, stack }) => {
      const on = (name: string, at: Page) => test.step(name, () => keep(at, look, name, true));
      await showSignedOut(page, on);
      await settleIn(context, stack);
      await showEmpty(page, stack, on);
      await showMailbox(page, stack, on);
    });
  });
}
