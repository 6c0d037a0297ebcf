import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type Look, looks, settleIn, showEmpty, showMailbox, showSignedOut } from "../support/screens";
import { expect, test, withStack } from "../support/test";

// So many that the first sync goes on while its page is looked at.
withStack({ messages: 600, people: 2 });

/** Everything axe knows, whatever its impact. What is inside a mail is its sender's; the frame around it is ours. */
async function findNothing(name: string, page: Page): Promise<void> {
  await test.step(name, async () => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const found = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.html).join("\n")}`);
    expect.soft(found, name).toEqual([]);
  });
}

for (const look of looks) {
  test.describe(look.name, () => {
    test.use({ colorScheme: look.colorScheme, viewport: look.viewport });

    test(`axe finds nothing on any page, ${described(look)}`, async ({ page, context, stack, complaints }) => {
      await showSignedOut(page, findNothing);
      await settleIn(context, stack);
      await showEmpty(page, stack, findNothing);
      await showMailbox(page, stack, findNothing);
      expect(complaints).toEqual([]);
    });
  });
}

function described(look: Look): string {
  return `${look.colorScheme}, ${look.viewport.width} px wide`;
}

test("axe does find what is wrong", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => document.querySelector("main")?.insertAdjacentHTML("beforeend", '<img src="/favicon.svg">'));
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.map(({ id }) => id)).toEqual(["image-alt"]);
});
