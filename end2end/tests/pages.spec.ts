import type { Page } from "@playwright/test";
import { join } from "node:path";
import { type Look, looks, settleIn, showEmpty, showMailbox, showSignedOut } from "../support/screens";
import { expect, test, withStack } from "../support/test";

withStack({ messages: 2_000, people: 3 });

/** Keeps a picture of a screen, and fails when it is wider than its window. */
function keepPictures(look: Look) {
  return async (name: string, page: Page): Promise<void> => {
    await test.step(name, async () => {
      const path = join(__dirname, "../artifacts/screens", look.name, `${name}.png`);
      await page.screenshot({ path, animations: "disabled", fullPage: true });
      const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect.soft(needed, `${name} scrolls sideways`).toBeLessThanOrEqual(there);
    });
  };
}

for (const look of looks) {
  test.describe(look.name, () => {
    test.use({ colorScheme: look.colorScheme, viewport: look.viewport });

    // The console is watched by every test: a panic, a refused load or a warning fails it.
    test(`every page stands quietly, ${look.name}`, async ({ page, context, stack }) => {
      const keep = keepPictures(look);
      await showSignedOut(page, keep);
      await settleIn(context, stack);
      await showEmpty(page, stack, keep);
      await showMailbox(page, stack, keep);
    });
  });
}
