import { signUp } from "../support/people";
import { sentence } from "../support/sentences";
import { expect, test, withStack } from "../support/test";

withStack({ messages: 10, people: 1 });

const hostile = `"><script>window.name='run'</script><img src=x onerror="window.name='run'">`;

test("nothing that somebody writes into a callback's address is ever shown", async ({ page }) => {
  const query = new URLSearchParams({ error: hostile, error_description: hostile, state: hostile, code: hostile });
  await page.goto(`/auth/google/callback?${query}`);
  await expect(page.getByText(sentence.wrongState)).toBeVisible();
  await expect(page).toHaveURL(/\/auth\/done\?problem=wrong_state$/);
  expect(await page.content()).not.toContain("onerror");
  expect(await page.evaluate(() => window.name)).toBe("");
});

test("the last page shows only words of its own", async ({ page }) => {
  for (const name of ["problem", "attempt", "return_to"]) {
    await page.goto(`/auth/done?${new URLSearchParams({ [name]: hostile })}`);
    await expect(page.getByText("There is nothing more to do in this window.")).toBeVisible();
    expect(await page.content(), name).not.toContain("onerror");
  }
  expect(await page.evaluate(() => window.name)).toBe("");
});

test("an outcome is told to the session that made the attempt and to nobody else", async ({ context, stack }) => {
  const status = async () => {
    const response = await context.request.get(`${stack.url}/auth/attempts/6f9619ff-8b86-4011-b42d-00c04fc964ff`);
    return response.status();
  };
  expect(await status()).toBe(401);
  await signUp(context, stack);
  expect(await status()).toBe(404);
});

test("the start address does nothing unless one of our pages opens it", async ({ page, context, stack }) => {
  await signUp(context, stack);
  const start = `${stack.url}/auth/google/start?purpose=connect&features=mail&return_to=/inbox`;
  await page.goto(start);
  await expect(page.getByText(sentence.badStart)).toBeVisible();
  // A page of another site that sends somebody there.
  await page.goto(`${stack.sandbox.url}/_sandbox/`);
  await page.evaluate((url) => void (location.href = url), start);
  await expect(page.getByText(sentence.badStart)).toBeVisible();
});

test("the pages around consent keep their opener, all others keep strangers out", async ({ page, context, stack }) => {
  const policy = async (path: string) => {
    const response = await context.request.get(stack.url + path, { maxRedirects: 0 });
    return response.headers()["cross-origin-opener-policy"];
  };
  expect(await policy("/auth/done")).toBeUndefined();
  expect(await policy("/auth/google/callback")).toBeUndefined();
  expect(await policy("/auth/google/start")).toBeUndefined();
  for (const path of ["/", "/sign-in", "/sign-up"]) expect(await policy(path)).toBe("same-origin-allow-popups");
  await page.goto("/auth/done");
  await expect(page.getByRole("heading", { name: "Done here" })).toBeVisible();
});
