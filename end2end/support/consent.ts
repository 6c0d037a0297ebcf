import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { Stack } from "./stack";

/** The button of the page, wherever it stands. */
export function connectButton(page: Page): Locator {
  return page.getByRole("button", { name: "Connect Gmail" });
}

/** Presses `Connect Gmail` and waits for the provider's window. */
export async function openConsent(page: Page): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await connectButton(page).click();
  const popup = await opened;
  await expect(popup.getByRole("heading", { name: "Choose an account" })).toBeVisible();
  return popup;
}

/** Chooses an account at the provider. */
export async function choose(popup: Page, address: string): Promise<void> {
  await popup.getByRole("button", { name: address, exact: true }).click();
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
}

/** Presses `Allow` or `Deny`; what comes of it is the test's business. */
export async function decide(popup: Page, decision: "Allow" | "Deny"): Promise<void> {
  await popup.getByRole("button", { name: decision }).click({ noWaitAfter: true });
}

/** The whole way in a popup, which has to close by itself at its end. */
export async function connect(page: Page, address: string): Promise<void> {
  const popup = await openConsent(page);
  await choose(popup, address);
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
}

/** The same at Microsoft. */
export async function connectOutlook(page: Page, address: string): Promise<void> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect Outlook" }).click();
  const popup = await opened;
  await expect(popup.getByRole("heading", { name: "Pick an account" })).toBeVisible();
  await choose(popup, address);
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
}

/** The card of a connection. */
export function card(page: Page, address: string): Locator {
  return page.getByRole("article", { name: address });
}

/** Waits until a mailbox is complete, told by the page without a reload; gives the number it tells. */
export async function upToDate(place: Locator): Promise<number> {
  const line = place.locator(".sync-text");
  await expect(line).toHaveText(/^Up to date\./, { timeout: 90_000 });
  const told = /([\d,]+) mails?/.exec(await line.innerText());
  return Number(told?.[1].replaceAll(",", ""));
}

/** After a refusal: no card, and the mailbox was never read. Nobody else may have connected it. */
export async function expectNothingLeft(page: Page, stack: Stack, address: string): Promise<void> {
  await page.goto("/settings/connections");
  await expect(page.getByRole("heading", { name: "Connect your first mailbox" })).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);
  expect(await stack.sandbox.wasRead(address), "mail was asked for").toBe(false);
}

/** Everything secret that went through the address bar of any window of a browser. */
export class Trail {
  /** Full addresses of the provider's answers, newest last. */
  readonly callbacks: string[] = [];
  private readonly secrets = new Set<string>();

  constructor(context: BrowserContext) {
    context.on("request", (request) => {
      if (!request.isNavigationRequest()) return;
      const url = new URL(request.url());
      if (url.pathname.endsWith("/callback")) this.callbacks.push(request.url());
      for (const name of ["code", "state", "nonce", "code_challenge"]) {
        const value = url.searchParams.get(name);
        if (value) this.secrets.add(value);
      }
    });
  }

  /** The provider's last answer. */
  get callback(): string {
    const last = this.callbacks.at(-1);
    if (!last) throw new Error("no answer of the provider was seen");
    return last;
  }

  /** A page at the end of a trip: its address and its content hold nothing of what went by. */
  async expectCleanPage(page: Page): Promise<void> {
    const url = new URL(page.url());
    expect([...url.searchParams.keys()].filter((name) => !["attempt", "problem", "return_to"].includes(name))).toEqual([]);
    this.expectClean(`${page.url()} ${await page.content()}`);
  }

  /** The same for any text. */
  expectClean(text: string): void {
    const found = [...this.secrets].filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
    expect(found, "secrets of the trip").toEqual([]);
  }
}

/**
 * Holds the provider's next answer back: the window stays at the provider, and the address that the answer leads to is
 * given instead. Redirects cannot be caught on their way, so the form's own answer is.
 */
export async function holdAnswer(popup: Page): Promise<string> {
  const held = new Promise<string>((resolve, reject) => {
    void popup.route("**/o/oauth2/v2/auth/decision", async (route) => {
      try {
        const answer = await route.fetch({ maxRedirects: 0 });
        await route.fulfill({ status: 200, contentType: "text/html", body: "<!DOCTYPE html><title>held</title>" });
        resolve(answer.headers().location);
      } catch (error) {
        reject(error);
      }
    });
  });
  await decide(popup, "Allow");
  return held;
}
