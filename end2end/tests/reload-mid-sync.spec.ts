import type { Page } from "@playwright/test";
import { card, connect, upToDate } from "../support/consent";
import { signUp } from "../support/people";
import { expect, revisit, test, visit, withStack } from "../support/test";
import { expectTruth } from "../support/truth";

withStack({ messages: 1_200, people: 3, latencyMs: 500 });

/** How many mails the card says are here while the first sync runs. */
async function stored(page: Page, address: string): Promise<number> {
  const text = await card(page, address).locator(".sync-text").innerText();
  const told = /([\d,]+) of|([\d,]+) here already/.exec(text);
  return Number((told?.[1] ?? told?.[2] ?? "0").replaceAll(",", ""));
}

/** Waits until some mails are stored, but by far not all. */
async function midway(page: Page, address: string): Promise<number> {
  const line = card(page, address).locator("progress");
  await expect(line).toBeVisible();
  let seen = 0;
  const look = async () => (seen = await stored(page, address));
  await expect.poll(look, { intervals: [50] }).toBeGreaterThan(0);
  return seen;
}

test("a page reloaded in mid-sync goes on counting where it was", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connect(page, address);
  const before = await midway(page, address);
  await revisit(page);
  await expect(card(page, address).locator("progress")).toBeVisible();
  expect(await stored(page, address)).toBeGreaterThanOrEqual(before);
  expect(await upToDate(card(page, address))).toBe((await stack.sandbox.mails(address)).length);
  await expectTruth(context, stack, address);
});

test("a server killed in mid-sync goes on after its restart, and nothing is lost or doubled", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connect(page, address);
  const before = await midway(page, address);
  await stack.killServer();
  await stack.startServer();
  // The same page, not loaded again: its live stream comes back by itself.
  expect(await upToDate(card(page, address))).toBe((await stack.sandbox.mails(address)).length);
  expect(before).toBeLessThan((await stack.sandbox.mails(address)).length);
  await expectTruth(context, stack, address);
});

test("a server killed again and again still ends with every mail once", async ({ page, context, stack }) => {
  const [, , address] = await stack.sandbox.people();
  await signUp(context, stack);
  await visit(page, "/settings/connections");
  await connect(page, address);
  for (let times = 0; times < 3; times += 1) {
    await midway(page, address);
    await stack.killServer();
    await stack.startServer();
    await visit(page, "/settings/connections");
  }
  expect(await upToDate(card(page, address))).toBe((await stack.sandbox.mails(address)).length);
  await expectTruth(context, stack, address);
});
