import { fillSignIn, fillSignUp, newcomer, signUp } from "../support/people";
import { sentence } from "../support/sentences";
import { expect, test, visit, visitForm, withStack } from "../support/test";

withStack({ messages: 10, people: 1 });

test("somebody makes an account, signs out, and signs in again", async ({ page }) => {
  const person = newcomer();
  await page.goto("/");
  await page.getByRole("link", { name: "Create account" }).click();
  await fillSignUp(page, person);
  await expect(page).toHaveURL(/\/settings\/connections$/);
  await expect(page.getByRole("heading", { name: "Connections", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("button", { name: "Sign out" })).toHaveCount(0);

  await fillSignIn(page, person.email, person.password);
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page.getByRole("heading", { name: "No mailbox is connected yet" })).toBeVisible();
});

test("a wrong password and an unknown address get the same sentence", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  for (const email of [person.email, "nobody@people.example"]) {
    await page.goto("/sign-in");
    await fillSignIn(page, email, "not the password at all");
    await expect(page.getByRole("alert").filter({ hasText: sentence.wrongCredentials })).toBeVisible();
    await expect(page).toHaveURL(/\/sign-in/);
  }
});

test("a wrong password says what to do, and the right one then signs in", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  await page.goto("/sign-in");
  await fillSignIn(page, person.email, "not the password at all");
  await expect(page.getByRole("alert").filter({ hasText: sentence.wrongCredentials })).toBeVisible();
  await fillSignIn(page, person.email, person.password);
  await expect(page).toHaveURL(/\/inbox$/);
});

test("an address that has an account already is told so", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  await page.goto("/sign-up");
  await fillSignUp(page, person);
  const told = page.getByRole("alert").filter({ hasText: "There is already an account with this address." });
  await expect(told).toBeVisible();
});

test("a password that would be guessed first is refused at its field", async ({ page }) => {
  await page.goto("/sign-up");
  await fillSignUp(page, { ...newcomer(), password: "password" });
  await expect(page.getByText("This password is among the first that would be tried.")).toBeVisible();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveURL(/\/sign-up/);
});

test("what was typed stays in the form when it is refused", async ({ page }) => {
  const person = newcomer();
  await visitForm(page, "/sign-up");
  await fillSignUp(page, { ...person, password: "password" });
  await expect(page.getByText("This password is among the first that would be tried.")).toBeVisible();
  await expect(page.getByLabel("First name")).toHaveValue(person.firstName);
  await expect(page.getByLabel("Last name")).toHaveValue(person.lastName);
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password")).toBeFocused();
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/settings\/connections$/);
});

test("private pages lead to sign-in and back to where somebody wanted to go", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  for (const path of ["/inbox", "/settings/connections", "/settings/account"]) {
    await page.goto(path);
    await expect(page).toHaveURL(new RegExp(`/sign-in\\?return_to=${path}$`));
  }
  await page.goto("/inbox?in=all");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await fillSignIn(page, person.email, person.password);
  await expect(page).toHaveURL(/\/inbox\?in=all$/);
});

test("nobody is led to another site after signing in", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  await page.goto(`/sign-in?return_to=${encodeURIComponent("//elsewhere.example/inbox")}`);
  await fillSignIn(page, person.email, person.password);
  await expect(page).toHaveURL(`${stack.url}/inbox`);
});

test("signing out ends the session on the server, in every tab", async ({ page, context, stack }) => {
  await signUp(context, stack);
  const kept = await context.cookies(stack.url);
  await visit(page, "/settings/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  // Even a copy of the cookie is worth nothing any more.
  await context.addCookies(kept);
  await page.goto("/settings/account");
  await expect(page).toHaveURL(/\/sign-in\?return_to=\/settings\/account$/);
});
