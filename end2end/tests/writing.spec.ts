import type { Page } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { choose, connect, decide, upToDate } from "../support/consent";
import { plainLetter } from "../support/letters";
import { signUp } from "../support/people";
import { keep, look, looks } from "../support/screens";
import type { Stack } from "../support/stack";
import { expect, revisit, test, visit, withStack } from "../support/test";

withStack({ messages: 60, people: 5 });

const written = (page: Page) => page.getByRole("complementary", { name: "Drafts and what is on its way" });
const onItsWay = (page: Page) => page.locator(".on-its-way");
const kept = (page: Page) => expect(page.locator('.kept[data-kept="true"]')).toBeVisible();

/** One popup, and the mailbox may send. */
async function allow(page: Page): Promise<void> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Allow at Google" }).click();
  const popup = await opened;
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  const closed = popup.waitForEvent("close");
  await decide(popup, "Allow");
  await closed;
}

/** The inbox of somebody whose mailbox is complete. */
async function settle(page: Page, address: string): Promise<void> {
  await visit(page, "/inbox");
  await connect(page, address);
  await upToDate(page.locator("main"));
}

/** How many mails with this label the mailbox has at the provider. */
async function counted(stack: Stack, address: string, label: string): Promise<number> {
  return (await stack.sandbox.mails(address)).filter((mail) => mail.labels.includes(label)).length;
}

for (const [at, shown] of looks.entries()) {
  test.describe(shown.name, () => {
    test.use({ colorScheme: shown.colorScheme, viewport: shown.viewport });

    test(`from Compose to the other's inbox, ${shown.name}`, async ({ page, context, stack }) => {
      const people = await stack.sandbox.people();
      const [address, other] = [people[at], people[4]];
      await stack.sandbox.deliver(address, plainLetter("Boat on Sunday?", address, "We leave at nine."));
      await signUp(context, stack);
      await settle(page, address);
      await page.getByRole("button", { name: "Compose" }).click();
      await expect(page.getByText(`${address} is not used for sending yet.`)).toBeVisible();
      await look(page, shown, "write-not-allowed");
      await allow(page);
      await expect(page).toHaveURL(/\/write\/[0-9a-f-]{36}$/);
      await expect(page.getByRole("heading", { name: "New mail" })).toBeVisible();
      await look(page, shown, "write-empty");

      // Whoever wrote is offered, by name or address.
      await expect(page.getByLabel("To", { exact: true })).toBeFocused();
      await page.keyboard.type("rosa");
      await expect(page.getByRole("option", { name: /rosa@harbour\.example/ })).toBeVisible();
      await look(page, shown, "write-offers");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect(page.getByLabel("To", { exact: true })).toHaveValue("Rosa Almeida <rosa@harbour.example>, ");
      await page.getByLabel("To", { exact: true }).pressSequentially(`${other}, and you`);
      await page.getByLabel("Subject").fill("The keys");
      await page.getByLabel("Message").fill("They are under the mat.\n\nUntil Sunday");
      await kept(page);
      await page.getByLabel("Attach files").setInputFiles({ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("oars\nrope\n") });
      await expect(page.getByRole("button", { name: "Take off list.txt" })).toBeVisible();
      await page.getByRole("button", { name: "Send" }).click();
      await expect(page.getByText("\u{201c}and you\u{201d} is no address.")).toBeVisible();
      await look(page, shown, "write-refused");
      await page.getByLabel("To", { exact: true }).fill(`Rosa Almeida <rosa@harbour.example>, ${other}`);
      const before = await counted(stack, other, "INBOX");
      await page.getByLabel("Message").press("Control+Enter");
      await expect(page).toHaveURL(/\/inbox$/);
      await expect(onItsWay(page).getByText(/Sending in \d+ seconds?\./).last()).toBeVisible();
      await look(page, shown, "inbox-sending");
      await onItsWay(page).getByRole("button", { name: "Undo" }).click();
      await expect(page.getByLabel("Subject")).toHaveValue("The keys");
      await expect(page.getByRole("button", { name: "Take off list.txt" })).toBeVisible();
      expect(await counted(stack, other, "INBOX")).toBe(before);
      await page.getByRole("button", { name: "Send" }).click();
      await expect(onItsWay(page).getByText("Sent.", { exact: true })).toBeVisible({ timeout: 40_000 });
      await expect.poll(() => counted(stack, other, "INBOX")).toBe(before + 1);
      await look(page, shown, "inbox-sent");

      await page.getByRole("link", { name: /Boat on Sunday\?/ }).click();
      await expect(page.getByRole("button", { name: "Reply", exact: true })).toBeVisible();
      await look(page, shown, "conversation-answers");
      await page.getByRole("button", { name: "Reply", exact: true }).click();
      await expect(page.getByLabel("Subject")).toHaveValue("Re: Boat on Sunday?");
      await expect(page.getByLabel("To", { exact: true })).toHaveValue(/rosa@harbour\.example/);
      await expect(page.getByLabel("Message")).toHaveValue(/> We leave at nine\./);
      // The answer begins above what it answers.
      await expect(page.getByLabel("Message")).toBeFocused();
      await page.keyboard.type("I will be there.");
      await expect(page.getByLabel("Message")).toHaveValue(/^I will be there\./);
      await kept(page);
      await look(page, shown, "write-reply");
      await keep(page, shown, "write-reply-whole", true);
    });
  });
}

test("a mail that was not sent says why, and is changed and sent", async ({ page, context, stack }) => {
  const [address] = await stack.sandbox.people();
  await signUp(context, stack);
  await settle(page, address);
  await page.getByRole("button", { name: "Compose" }).click();
  await allow(page);
  await page.getByLabel("To", { exact: true }).fill("rosa@harbour.example");
  await page.getByLabel("Subject").fill("Low tide");
  await stack.sandbox.breaks({ path: "/messages/send", status: 400, body: { error: { code: 400, message: "Recipient address required", errors: [{ reason: "invalidArgument" }] } }, times: 1 });
  await page.getByRole("button", { name: "Send" }).click();
  const line = onItsWay(page).getByText(/was not sent\. Google does not take this mail as it is\./);
  await expect(line).toBeVisible({ timeout: 40_000 });
  await look(page, looks[0], "inbox-not-sent");
  // Whoever comes back later, or to another device, is told, too.
  await revisit(page);
  await expect(page.getByText("\u{201c}Low tide\u{201d} to rosa@harbour.example was not sent. Google does not take this mail as it is.")).toBeVisible();
  await look(page, looks[0], "inbox-unsent");
  await page.getByRole("link", { name: "Open" }).click();
  await look(page, looks[0], "write-not-sent");
  await page.locator(".stage").getByRole("button", { name: "Change" }).click();
  await expect(page.getByLabel("Subject")).toHaveValue("Low tide");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(onItsWay(page).getByText("Sent.", { exact: true })).toBeVisible({ timeout: 40_000 });
  await page.getByRole("link", { name: "Drafts" }).click();
  await expect(written(page).getByText("Low tide")).toBeVisible();
  await look(page, looks[0], "write-list");
});

test("what is typed survives a reload, a server that dies, and another page", async ({ page, context, stack }) => {
  const [, address] = await stack.sandbox.people();
  await signUp(context, stack);
  await settle(page, address);
  await page.getByRole("button", { name: "Compose" }).click();
  await allow(page);
  await page.getByLabel("Message").pressSequentially("First the rope, ");
  await kept(page);
  await stack.killServer();
  await page.getByLabel("Message").pressSequentially("then the sail.");
  await expect(page.getByRole("alert").filter({ hasText: "The server could not be reached." })).toBeVisible();
  await stack.startServer();
  await expect(page.locator('.kept[data-kept="true"]')).toBeVisible({ timeout: 20_000 });
  await revisit(page);
  await expect(page.getByLabel("Message")).toHaveValue("First the rope, then the sail.");
  // Left at once, it is saved on the way out.
  await page.getByLabel("Subject").pressSequentially("Order of things");
  await page.getByRole("link", { name: "Inbox" }).click();
  await page.getByRole("link", { name: "Drafts" }).click();
  await written(page).getByRole("link", { name: /Order of things/ }).click();
  await expect(page.getByLabel("Message")).toHaveValue("First the rope, then the sail.");
  await page.getByText("Discard this draft").click();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(page).toHaveURL(/\/inbox$/);
  await page.getByRole("link", { name: "Drafts" }).click();
  await expect(written(page).getByText("Nothing yet.")).toBeVisible();
});

test("two windows of one draft do not overwrite each other unseen", async ({ page, context, stack }) => {
  const [, , address] = await stack.sandbox.people();
  await signUp(context, stack);
  await settle(page, address);
  await page.getByRole("button", { name: "Compose" }).click();
  await allow(page);
  await page.getByLabel("Subject").fill("From the first window");
  await kept(page);
  const second = await context.newPage();
  await visit(second, new URL(page.url()).pathname);
  await second.getByLabel("Subject").fill("From the second window");
  await kept(second);
  await page.getByLabel("Message").fill("Typed in the first window");
  await expect(page.getByText("This draft was changed in another window")).toBeVisible();
  await look(page, looks[0], "write-changed-elsewhere");
  await page.getByRole("button", { name: "Keep what is here" }).click();
  await kept(page);
  await revisit(second);
  await expect(second.getByLabel("Subject")).toHaveValue("From the first window");
  await expect(second.getByLabel("Message")).toHaveValue("Typed in the first window");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a mail is written, refused, sent, taken back and sent", async ({ page, context, stack, complaints }, info) => {
    const people = await stack.sandbox.people();
    const [address, other] = [people[3], people[4]];
    await signUp(context, stack);
    await page.goto("/settings/connections");
    await page.getByRole("button", { name: "Connect Gmail" }).click();
    await choose(page, address);
    await decide(page, "Allow");
    await expect(page).toHaveURL(/\/settings\/connections/);
    await page.goto("/inbox");
    await page.getByRole("button", { name: "Compose" }).click();
    await page.getByRole("button", { name: "Allow at Google" }).click();
    await decide(page, "Allow");
    await expect(page).toHaveURL(/\/write\/[0-9a-f-]{36}/);
    const file = info.outputPath("plan.txt");
    writeFileSync(file, "nine, ten\n");
    await page.getByLabel("Attach files").setInputFiles(file);
    await page.getByLabel("To", { exact: true }).fill("nobody");
    await page.getByLabel("Subject").fill("Without scripts");
    await page.getByLabel("Message").fill("All of it is still there.");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByText("\u{201c}nobody\u{201d} is no address.")).toBeVisible();
    await expect(page.getByLabel("Message")).toHaveValue("All of it is still there.");
    await expect(page.getByRole("button", { name: "Take off plan.txt" })).toBeVisible();
    await keep(page, looks[0], "write-without-scripts");
    await page.getByLabel("To", { exact: true }).fill(other);
    const before = await counted(stack, other, "INBOX");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.locator(".stage").getByText("Sending in")).toHaveCount(2);
    await keep(page, looks[0], "write-queued-without-scripts");
    await page.locator(".stage").getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Take off plan.txt" }).click();
    await expect(page.getByText("plan.txt")).toHaveCount(0);
    await page.getByRole("button", { name: "Send" }).click();
    await expect.poll(() => counted(stack, other, "INBOX"), { timeout: 40_000 }).toBe(before + 1);
    await expect(async () => {
      await page.reload();
      await expect(page.locator(".stage").getByText(/^Sent /)).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    // The page stands for longer than browsers wait for somebody to use what scripts would need.
    const idle = (complaint: string) => complaint.includes("was preloaded using link preload but not used");
    complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !idle(complaint)));
  });
});
