import { expect, type BrowserContext } from "@playwright/test";
import type { Stack } from "./stack";

type Folder = "inbox" | "all" | "hidden";

interface Page {
  rows: { id: string; unread: boolean; starred: boolean }[];
  next: string | null;
}

/** Counts of one folder: how many mails, how many of them unread, how many starred. */
interface Counts {
  mails: number;
  unread: number;
  starred: number;
}

/** Walks a folder to its end, as the screen does, and fails when a mail comes twice. */
async function counted(context: BrowserContext, stack: Stack, folder: Folder): Promise<Counts> {
  const seen = new Map<string, Page["rows"][number]>();
  let rows = 0;
  let after: string | null = null;
  do {
    const response = await context.request.post(`${stack.url}/api/fn/app/features/mail/server/list_inbox`, {
      form: { folder, ...(after ? { after } : {}) },
      headers: { origin: stack.url, accept: "application/json" },
    });
    expect(response.status(), await response.text()).toBe(200);
    const page = (await response.json()) as Page;
    for (const row of page.rows) seen.set(row.id, row);
    rows += page.rows.length;
    after = page.next;
  } while (after);
  expect(seen.size, "no mail comes twice").toBe(rows);
  return count([...seen.values()]);
}

function count(mails: { unread: boolean; starred: boolean }[]): Counts {
  return {
    mails: mails.length,
    unread: mails.filter((mail) => mail.unread).length,
    starred: mails.filter((mail) => mail.starred).length,
  };
}

/** What is stored equals what the provider has, folder by folder. The person must have this one mailbox only. */
export async function expectTruth(context: BrowserContext, stack: Stack, address: string): Promise<void> {
  const mails = (await stack.sandbox.mails(address)).map(({ labels }) => ({
    hidden: labels.includes("SPAM") || labels.includes("TRASH"),
    inbox: labels.includes("INBOX"),
    unread: labels.includes("UNREAD"),
    starred: labels.includes("STARRED"),
  }));
  const truth: Record<Folder, Counts> = {
    inbox: count(mails.filter((mail) => mail.inbox && !mail.hidden)),
    all: count(mails.filter((mail) => !mail.hidden)),
    hidden: count(mails.filter((mail) => mail.hidden)),
  };
  for (const folder of ["inbox", "all", "hidden"] as const) {
    expect(await counted(context, stack, folder), folder).toEqual(truth[folder]);
  }
}
