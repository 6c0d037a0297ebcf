import { expect, type BrowserContext } from "@playwright/test";
import type { TrueMail } from "./sandbox";
import type { Stack } from "./stack";

const folders = ["inbox", "all", "hidden"] as const;
type Folder = (typeof folders)[number];

/** What the list says of one conversation. */
interface Conversation {
  messages: number;
  unread: boolean;
  starred: boolean;
}

interface Page {
  rows: (Conversation & { thread: string })[];
  next: string | null;
}

/** Walks a folder to its end, as the screen does, and fails when a conversation comes twice. */
async function listed(context: BrowserContext, stack: Stack, folder: Folder): Promise<Record<string, Conversation>> {
  const seen: Record<string, Conversation> = {};
  let after: string | null = null;
  do {
    const response = await context.request.post(`${stack.url}/api/fn/app/features/mail/server/list_inbox`, {
      form: { folder, ...(after ? { after } : {}) },
      headers: { origin: stack.url, accept: "application/json" },
    });
    expect(response.status(), await response.text()).toBe(200);
    const page = (await response.json()) as Page;
    for (const { thread, messages, unread, starred } of page.rows) {
      expect(seen, "no conversation comes twice").not.toHaveProperty([thread]);
      seen[thread] = { messages, unread, starred };
    }
    after = page.next;
  } while (after);
  return seen;
}

const isHidden = (mail: TrueMail) => mail.labels.includes("SPAM") || mail.labels.includes("TRASH");

/** The conversations a folder has to show: spam and bin apart from the rest. */
function expected(mails: TrueMail[], folder: Folder): Record<string, Conversation> {
  const counted = mails.filter((mail) => isHidden(mail) === (folder === "hidden"));
  const threads = new Set(counted.filter((mail) => folder !== "inbox" || mail.labels.includes("INBOX")).map((mail) => mail.thread_id));
  const conversation = (thread: string): [string, Conversation] => {
    const its = counted.filter((mail) => mail.thread_id === thread);
    const any = (label: string) => its.some((mail) => mail.labels.includes(label));
    return [thread, { messages: its.length, unread: any("UNREAD"), starred: any("STARRED") }];
  };
  return Object.fromEntries([...threads].map(conversation));
}

/** What is listed equals what the provider has, folder by folder. The person must have this one mailbox only. */
export async function expectTruth(context: BrowserContext, stack: Stack, address: string): Promise<void> {
  const mails = await stack.sandbox.mails(address);
  for (const folder of folders) {
    expect(await listed(context, stack, folder), folder).toEqual(expected(mails, folder));
  }
}
