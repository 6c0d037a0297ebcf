import { fillSignIn, newcomer, signUp } from "../support/people";
import { mailedLink } from "../support/outbox";
import { expect, test, visit, visitForm, withStack } from "../support/test";

withStack({ messages: 50, people: 1 });

const another = "nine otters under the old bridge";

test("a forgotten password is replaced by a mailed link, whose secret leaves the address", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Email").fill(person.email);
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByText("If there is an account with this address, a mail is on its way.")).toBeVisible();

  const { link, code } = await mailedLink(stack, person.email, "Choose a new password");
  await page.goto(link);
  await expect(page.getByLabel("Code from the mail")).toHaveValue(code);
  expect(page.url()).not.toContain(code);
  await page.getByLabel("New password").fill(another);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password was changed")).toBeVisible();
  await fillSignIn(page, person.email, another);
  await expect(page).toHaveURL(/\/inbox$/);

  // The link works once.
  await page.goto(link);
  await page.getByLabel("New password").fill(another);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("This link cannot be used")).toBeVisible();
});

test("nobody learns from the reset who has an account", async ({ page }) => {
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill(newcomer().email);
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByText("If there is an account with this address, a mail is on its way.")).toBeVisible();
});

test("the address is confirmed by mail", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await visit(page, "/settings/account");
  await expect(page.getByText("(not confirmed yet)")).toBeVisible();
  await page.getByRole("button", { name: "Confirm by mail" }).click();
  const { link } = await mailedLink(stack, person.email, "Confirm your address");
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByText("(confirmed)")).toBeVisible();
});

test("a program gets tokens that are shown once, speaks for the person, and is ended", async ({ page, context, stack, request }) => {
  const person = await signUp(context, stack);
  await visitForm(page, "/settings/account");
  await expect(page.getByText("No program speaks for you.")).toBeVisible();
  await page.getByLabel("Name of the program").fill("Ledger script");
  await page.getByRole("button", { name: "Make tokens" }).click();
  await expect(page.getByText("Copy both tokens now")).toBeVisible();
  const token = await page.locator("dt", { hasText: "Access token" }).locator("..").locator("code").innerText();
  const ask = () => request.get(`${stack.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await ask()).json()).toMatchObject({ email: person.email });

  await visitForm(page, "/settings/account");
  await expect(page.getByText("Ledger script")).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByRole("button", { name: "End the tokens of Ledger script" }).click();
  await expect(page.getByText("No program speaks for you.")).toBeVisible();
  expect((await ask()).status()).toBe(401);
});

test("another session is listed and ended", async ({ page, context, stack, browser }) => {
  const person = await signUp(context, stack);
  const elsewhere = await browser.newContext({ baseURL: stack.url });
  const other = await elsewhere.newPage();
  await visitForm(other, "/sign-in");
  await fillSignIn(other, person.email, person.password);
  await expect(other).toHaveURL(/\/inbox$/);

  await visit(page, "/settings/account");
  const sessions = page.getByRole("region", { name: "Sessions" });
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await expect(sessions.getByText("This browser")).toHaveCount(1);
  await sessions.getByRole("button", { name: /^End the session of / }).click();
  await expect(sessions.getByText("Ended.")).toBeVisible();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await other.goto("/inbox");
  await expect(other).toHaveURL(/\/sign-in/);
  await elsewhere.close();
});

test("the password is changed where the current one is known", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await visit(page, "/settings/account");
  const ways = page.getByRole("region", { name: "Ways to sign in" });
  await ways.getByLabel("Current password").fill("not the password at all");
  await ways.getByLabel("New password").fill(another);
  await ways.getByRole("button", { name: "Change password" }).click();
  await expect(ways.getByText("This is not your password.")).toBeVisible();
  await ways.getByLabel("Current password").fill(person.password);
  await ways.getByRole("button", { name: "Change password" }).click();
  await expect(ways.getByText("Your password was changed.")).toBeVisible();
});

test("the look and the zone are kept, and stand before any script runs", async ({ page, context, stack }) => {
  await signUp(context, stack);
  await visit(page, "/settings/account");
  const before = await page.getByRole("region", { name: "Sessions" }).locator("time").first().getAttribute("title");
  await page.getByLabel("Look").selectOption("Dark");
  await page.getByLabel("Time zone").fill("America/New_York");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(22, 24, 27)");
  const time = page.getByRole("region", { name: "Sessions" }).locator("time").first();
  await expect(time).not.toHaveAttribute("title", /UTC/);
  const shown = await time.getAttribute("title");
  const expected = await time.evaluate((element) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "America/New_York", hour: "2-digit", minute: "2-digit" }).format(
      new Date(element.getAttribute("datetime") ?? ""),
    ),
  );
  expect(shown).toContain(expected);
  expect(shown).not.toBe(before);
});

test("the account is deleted after its password", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await visit(page, "/settings/account");
  await page.getByText("Delete my account").click();
  await page.getByRole("region", { name: "Delete account" }).getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Delete everything" }).click();
  await expect(page.getByText("Your account was deleted with everything in it.")).toBeVisible();
  await fillSignIn(page, person.email, person.password);
  await expect(page.getByText("This address and password do not belong together.")).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a password is reset with the code, and the account page's forms work", async ({ page, context, stack }) => {
    const person = await signUp(context, stack);
    await page.goto("/forgot-password");
    await page.getByLabel("Email").fill(person.email);
    await page.getByRole("button", { name: "Send a link" }).click();
    await expect(page.getByText("If there is an account with this address")).toBeVisible();
    const { link, code } = await mailedLink(stack, person.email, "Choose a new password");
    await page.goto(link);
    await page.getByLabel("Code from the mail").fill(code);
    await page.getByLabel("New password").fill(another);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Your password was changed")).toBeVisible();
    await fillSignIn(page, person.email, another);
    await page.goto("/settings/account");
    await page.getByLabel("Look").selectOption("Dark");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    const ways = page.getByRole("region", { name: "Ways to sign in" });
    await ways.getByLabel("Current password").fill("not the password at all");
    await ways.getByLabel("New password").fill(person.password);
    await ways.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This is not your password.")).toBeVisible();
  });
});
