import { expect, type BrowserContext, type Page } from "@playwright/test";
import type { Stack } from "./stack";

/** Somebody who signs in here. */
export interface Newcomer {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}

let count = 0;

/** Somebody nobody knows yet. */
export function newcomer(): Newcomer {
  count += 1;
  return {
    firstName: "Ines",
    lastName: "Okafor",
    email: `ines.${process.pid}.${count}@people.example`,
    password: "seven herons cross the estuary",
  };
}

/** Makes an account without the form, and signs this browser in. */
export async function signUp(context: BrowserContext, stack: Stack): Promise<Newcomer> {
  const person = newcomer();
  const response = await context.request.post(`${stack.url}/api/fn/app/features/users/server/sign_up`, {
    form: {
      first_name: person.firstName,
      last_name: person.lastName,
      email: person.email,
      password: person.password,
    },
    headers: { origin: stack.url, accept: "text/html" },
    maxRedirects: 0,
  });
  expect(response.status(), await response.text()).toBe(302);
  expect(response.headers().location).toBe("/settings/connections");
  return person;
}

/** Fills in the form of `/sign-up` and sends it. */
export async function fillSignUp(page: Page, person: Newcomer): Promise<void> {
  await page.getByLabel("First name").fill(person.firstName);
  await page.getByLabel("Last name").fill(person.lastName);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Fills in the form of `/sign-in` and sends it. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
