import { card, choose, connectButton, decide, Trail } from "../support/consent";
import { plainLetter } from "../support/letters";
import { fillSignIn, fillSignUp, newcomer, signUp } from "../support/people";
import { sentence } from "../support/sentences";
import { expect, test, withStack } from "../support/test";

test.use({ javaScriptEnabled: false });
withStack({ messages: 300, people: 2 });

test("somebody signs up, connects, reads and signs out without scripts", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  const trail = new Trail(context);
  await page.goto("/");
  await page.getByRole("link", { name: "Create account" }).click();
  await fillSignUp(page, newcomer());
  await expect(page).toHaveURL(/\/settings\/connections$/);

  await connectButton(page).click();
  await choose(page, address);
  await decide(page, "Allow");
  await expect(page).toHaveURL(/\/settings\/connections/);
  await expect(card(page, address)).toBeVisible();
  trail.expectClean(`${page.url()} ${await page.content()}`);

  // Without a live stream the person reloads.
  const rows = page.getByRole("list", { name: "Mails" }).getByRole("link");
  await expect(async () => {
    await page.goto("/inbox");
    await expect(rows).toHaveCount(50, { timeout: 500 });
    await expect(page.getByText("Up to date.")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });

  const first = await rows.first().getAttribute("href");
  await page.getByRole("link", { name: "More", exact: true }).click();
  await expect(page).toHaveURL(/\/inbox\?after=/);
  await expect(rows.first()).not.toHaveAttribute("href", `${first}`);
  await page.getByRole("link", { name: "Back to the newest mail" }).click();
  await expect(rows.first()).toHaveAttribute("href", `${first}`);

  const subject = await rows.first().locator(".row-subject").innerText();
  await rows.first().click();
  await expect(page).toHaveURL(new RegExp(`${first}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(subject);

  await stack.sandbox.deliver(address, plainLetter("Boletín del puerto", address, "Viento de levante."));
  await page.goto("/inbox");
  await page.getByRole("searchbox", { name: "Search mail" }).fill("levante ");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Search at the provider too" }).click();
  await expect(page).toHaveURL(/beyond=1/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("link", { name: "Boletín del puerto" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/sign-in\?return_to=\/inbox$/);
});

test("without scripts, a wrong password says so and the right one signs in", async ({ page, context, stack }) => {
  const person = await signUp(context, stack);
  await context.clearCookies();
  await page.goto("/sign-in?return_to=/settings/account");
  await fillSignIn(page, person.email, "not the password at all");
  await expect(page.getByText(sentence.wrongCredentials)).toBeVisible();
  await fillSignIn(page, person.email, person.password);
  await expect(page).toHaveURL(/\/(inbox|settings\/account)$/);
});

test("without scripts, what is wrong with a form is said at the form", async ({ page }) => {
  await page.goto("/sign-up");
  const person = newcomer();
  await fillSignUp(page, { ...person, password: "password" });
  await expect(page).toHaveURL(/\/sign-up/);
  await expect(page.getByText("This password is among the first that would be tried.")).toBeVisible();
  // What was typed is still there, but for the password.
  await expect(page.getByLabel("Email", { exact: true })).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  // No secret travels back in the address.
  expect(page.url()).not.toContain("password%22%3A%22password");
});

test("without scripts, a denied consent says so and leads back", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await signUp(context, stack);
  await page.goto("/inbox");
  await connectButton(page).click();
  await choose(page, address);
  await decide(page, "Deny");
  await expect(page.getByText(sentence.denied)).toBeVisible();
  await page.getByRole("link", { name: "Back" }).click();
  await expect(page).toHaveURL(`${stack.url}/inbox`);
});
