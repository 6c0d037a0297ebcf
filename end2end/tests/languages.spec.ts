import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { choose, decide } from "../support/consent";
import { newcomer } from "../support/people";
import { keep, looks } from "../support/screens";
import { arrive, expect, test, visit, visitForm, withStack } from "../support/test";

withStack({ messages: 60, people: 1 });
test.use({ locale: "es-ES" });

async function findNothing(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
}

const language = (page: Page) => page.locator("html");

test("a person whose browser asks for Spanish signs up in it, reads mail, and changes to English and back", async ({ page, stack }) => {
  const [address] = await stack.sandbox.people();
  await visitForm(page, "/sign-up");
  await expect(language(page)).toHaveAttribute("lang", "es");
  await expect(page).toHaveTitle("Crear cuenta · Gatepost");
  await findNothing(page);

  const person = newcomer();
  await page.getByLabel("Nombre").fill(person.firstName);
  await page.getByLabel("Apellidos").fill(person.lastName);
  await page.getByLabel("Correo electrónico").fill(person.email);
  await page.getByLabel("Contraseña").fill("password");
  await page.getByRole("button", { name: "Crear cuenta" }).click();
  await expect(page.getByText("Esta contraseña es de las primeras")).toBeVisible();
  await page.getByLabel("Contraseña").fill(person.password);
  // The server leads to a new page; pressed before its scripts have it, the button goes to the provider on that page.
  await arrive(page, () => page.getByRole("button", { name: "Crear cuenta" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Conexiones" })).toBeVisible();

  await test.step("a mailbox is connected, and the list says how it is in Spanish", async () => {
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Conectar Gmail" }).click();
    const popup = await opened;
    await choose(popup, address);
    await decide(popup, "Allow");
    await expect(page.getByText("Su correo más nuevo llega primero.")).toBeVisible();
    await visit(page, "/inbox");
    await expect(page.getByRole("heading", { level: 1, name: "Bandeja de entrada" })).toBeVisible();
    await expect(page.getByText("Al día. 60 correos")).toBeVisible();
    await expect(page.getByRole("button", { name: "Buzón" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Redactar" })).toBeVisible();
    await findNothing(page);
  });

  await test.step("English, and back", async () => {
    await visitForm(page, "/settings/account");
    await findNothing(page);
    await page.getByLabel("Idioma").selectOption("English");
    await page.getByRole("button", { name: "Guardar", exact: true }).click();
    await expect(language(page)).toHaveAttribute("lang", "en");
    await expect(page.getByText("Saved.")).toBeVisible();
    await visitForm(page, "/settings/account");
    await page.getByLabel("Language").selectOption("Español");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(language(page)).toHaveAttribute("lang", "es");
    await expect(page.getByText("Guardado.")).toBeVisible();
  });

  await test.step("nothing is too long for its place", async () => {
    for (const look of looks) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize(look.viewport);
      for (const [name, path] of [
        ["inbox", "/inbox"],
        ["connections", "/settings/connections"],
        ["account", "/settings/account"],
        ["activity", "/settings/activity"],
        ["write", "/write"],
      ]) {
        await visit(page, path);
        await keep(page, look, `es-${name}`, true);
      }
    }
  });

  await page.getByRole("button", { name: "Salir" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Entrar" })).toBeVisible();
});
