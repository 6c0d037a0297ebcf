/** What the sandbox knows about a mail. */
export interface TrueMail {
  id: string;
  thread_id: string;
  labels: string[];
}

/** One line of the sandbox's log. */
export interface SandboxRequest {
  at: string;
  method: string;
  path: string;
  person: string | null;
  units: number;
  status: number;
}

/** A fault as `PUT /_sandbox/faults` takes it. */
export interface Fault {
  path: string;
  status?: number;
  body?: unknown;
  times?: number;
  delay_ms?: number;
  cut?: "before" | "after";
}

/** The sandbox's own routes: the truth about its mailboxes, and the levers that break things. */
export class Sandbox {
  constructor(readonly url: string) {}

  /** Everybody with an account, by address. */
  async people(): Promise<string[]> {
    const people = await this.ask<{ address: string }[]>("GET", "/_sandbox/people");
    return people.map((person) => person.address);
  }

  /** Every mail of a mailbox, spam and bin included. */
  mails(address: string): Promise<TrueMail[]> {
    return this.ask("GET", `/_sandbox/mailboxes/${encodeURIComponent(address)}/ids`);
  }

  /** A new mail arrives now. */
  async deliver(address: string, mail: string): Promise<string> {
    const path = `/_sandbox/mailboxes/${encodeURIComponent(address)}/deliver`;
    return (await this.ask<{ id: string }>("POST", path, mail)).id;
  }

  requests(): Promise<SandboxRequest[]> {
    return this.ask("GET", "/_sandbox/requests");
  }

  /** Whether anybody read this person's mail. */
  async wasRead(address: string): Promise<boolean> {
    const reads = (await this.requests()).filter((request) => /^\/(gmail|batch)\//.test(request.path));
    return reads.some((request) => request.person === address);
  }

  async breaks(fault: Fault): Promise<void> {
    await this.ask("PUT", "/_sandbox/faults", JSON.stringify(fault));
  }

  async mends(): Promise<void> {
    await this.ask("DELETE", "/_sandbox/faults");
  }

  async forgetRequests(): Promise<void> {
    await this.ask("DELETE", "/_sandbox/requests");
  }

  private async ask<T>(method: string, path: string, body?: string): Promise<T> {
    const headers = body?.startsWith("{") ? { "content-type": "application/json" } : undefined;
    const response = await fetch(this.url + path, { method, body, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
