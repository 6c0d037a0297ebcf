import type { Page } from "@playwright/test";
import { signUp } from "../support/people";
import { arrive, expect, test, visit, withStack } from "../support/test";

withStack({ messages: 10, people: 1 });

/** The parts of the client that a page has asked for so far, each as often as it was. */
function parts(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const part = /\/pkg\/split_(\w+)\.wasm$/.exec(new URL(request.url()).pathname);
    if (part) asked.push(part[1]);
  });
  return asked;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const toConnections = (page: Page) => page.getByRole("link", { name: "Connections", exact: true }).first().click();

/** Whether the document is still the one that was marked. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { marked: true }));
const isMarked = (page: Page) => page.evaluate(() => "marked" in window);

test("a page fetches its own part of the client, and another one on the way there", async ({ page, context, stack }) => {
  const asked = parts(page);
  await page.goto("/sign-in");
  await expect.poll(() => asked).toEqual(["entrance"]);

  await signUp(context, stack);
  asked.length = 0;
  await visit(page, "/inbox");
  expect(asked).toEqual(["mail"]);
  await mark(page);
  await toConnections(page);
  await expect(heading(page, "Connections")).toBeVisible();
  expect(asked).toEqual(["mail", "settings"]);
  expect(await isMarked(page), "nothing was loaded anew").toBe(true);
});

test("the document names its part, so that it comes while the client starts", async ({ page, context, stack }) => {
  await signUp(context, stack);
  const document = await (await page.request.get("/inbox")).text();
  expect(document).toContain("/pkg/split_mail.wasm");
  expect(document).not.toContain("/pkg/split_settings.wasm");
});

/** Takes what the browser says of a part that did not come out of the complaints. */
function forgiveMissing(complaints: string[]): void {
  for (const told of complaints.splice(0)) expect(told).toContain("HTTP status code is not ok");
}

test("a part that cannot be fetched: the next page is loaded anew", async ({ page, context, stack, complaints }) => {
  await signUp(context, stack);
  await visit(page, "/inbox");
  await mark(page);
  await page.route("**/pkg/split_settings.wasm", (route) => route.fulfill({ status: 404 }), { times: 1 });
  await arrive(page, () => toConnections(page));
  await expect(heading(page, "Connections")).toBeVisible();
  await expect(page).toHaveURL(/\/settings\/connections$/);
  expect(await isMarked(page), "the page was loaded anew").toBe(false);
  forgiveMissing(complaints);
});

test("a server that has another client by now: the next page is loaded anew, with that one", async ({ page, context, stack }) => {
  await signUp(context, stack);
  await visit(page, "/inbox");
  await mark(page);
  const asked = parts(page);
  await page.route("**/client", (route) => route.fulfill({ body: "another" }), { times: 1 });
  await arrive(page, () => toConnections(page));
  await expect(heading(page, "Connections")).toBeVisible();
  expect(await isMarked(page), "the page was loaded anew").toBe(false);
  // What was asked for belongs to the new document: the old one had to ask for nothing.
  expect(asked).toEqual(["settings"]);
});

test("a server that is starting anew: the next page comes once it answers, and nothing is loaded anew", async ({ page, context, stack }) => {
  await signUp(context, stack);
  await visit(page, "/inbox");
  await mark(page);
  await page.route("**/client", (route) => route.abort(), { times: 2 });
  await toConnections(page);
  await expect(heading(page, "Connections")).toBeVisible();
  expect(await isMarked(page), "the document is the same").toBe(true);
});

test("a page whose part never comes can be read, and its links lead on", async ({ page, context, stack, complaints }) => {
  await signUp(context, stack);
  await page.route("**/pkg/split_mail.wasm", (route) => route.fulfill({ status: 404 }));
  const refused = page.waitForEvent("console", (message) => message.type() === "error");
  await page.goto("/inbox");
  await refused;
  await expect(heading(page, "Inbox")).toBeVisible();
  await mark(page);
  await arrive(page, () => toConnections(page));
  await expect(heading(page, "Connections")).toBeVisible();
  expect(await isMarked(page), "the link led to a new document").toBe(false);
  forgiveMissing(complaints);
});
