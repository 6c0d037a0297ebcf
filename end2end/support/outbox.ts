import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { Stack } from "./stack";

/** The newest mail with this subject to an address: its link and its code. Mails are written by a job, so this waits. */
export async function mailedLink(stack: Stack, to: string, subject: string): Promise<{ link: string; code: string }> {
  const folder = join(stack.dataFolder, "outbox");
  let mail = "";
  await expect(() => {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
    const mails = names.sort().map((name) => readFileSync(join(folder, name), "utf8"));
    mail = mails.filter((text) => text.includes(`To: ${to}`) && text.includes(`Subject: ${subject}`)).at(-1) ?? "";
    expect(mail).not.toBe("");
  }).toPass();
  const link = mail.match(/^(http\S+#(\S+))\r?$/m);
  if (!link) throw new Error(`no link in ${mail}`);
  return { link: link[1], code: link[2] };
}
