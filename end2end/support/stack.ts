import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Program } from "./program";
import { Sandbox } from "./sandbox";

const root = resolve(__dirname, "../..");

/** How a stack differs from the ordinary one. */
export interface StackOptions {
  /** Mails of every person. */
  messages?: number;
  people?: number;
  /** What the provider says about its opener. */
  coop?: "report" | "enforce" | "none";
  /** Milliseconds every answer of the provider is held back. */
  latencyMs?: number;
  /** `debug` or `release`; where the binaries and the site are not named by the environment. */
  profile?: "debug" | "release";
}

/** A server with a database of its own beside a sandbox of its own: two sites, as in life. */
export class Stack {
  private server!: Program;
  private provider!: Program;
  sandbox!: Sandbox;
  /** Origin of the pretend Microsoft. */
  microsoft!: string;

  private constructor(
    readonly options: StackOptions,
    /** Origin of the app, on `localhost`. */
    readonly url: string,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(options: StackOptions = {}): Promise<Stack> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "gatepost-e2e-"));
    const stack = new Stack(options, `http://localhost:${port}`, port, folder);
    mkdirSync(stack.dataFolder);
    try {
      await stack.startSandbox();
      await stack.startServer();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** Where the server keeps its keys and its database. */
  get dataFolder(): string {
    return join(this.folder, "data");
  }

  get database(): string {
    return join(this.dataFolder, "gatepost.db");
  }

  get serverLog(): string {
    return this.server.output;
  }

  /** Starts the server; after [`killServer`] with the same port and data. */
  async startServer(): Promise<void> {
    const env = {
      ...siteLocation(this.profile),
      DEMO: "true",
      PUBLIC_URL: this.url,
      LISTEN_ADDR: `127.0.0.1:${this.port}`,
      DATA_DIR: this.dataFolder,
      DATABASE_URL: `sqlite://${this.database}?mode=rwc`,
      GOOGLE_ISSUER: this.sandbox.url,
      GOOGLE_API_URL: this.sandbox.url,
      MICROSOFT_AUTHORITY: this.microsoft,
      MICROSOFT_GRAPH_URL: this.microsoft,
      // The sandbox enforces none, so our own budget must not slow the tests.
      GOOGLE_QUOTA: "6000000:5",
      RUST_LOG: process.env.RUST_LOG || "info",
      LOG_FORMAT: "pretty",
    };
    const binary = process.env.GATEPOST_BIN || join(targetFolder(this.profile), "gatepost");
    this.server = new Program("the server", binary, ["serve"], env, this.folder, join(this.folder, "server.log"));
    await this.server.answers(async () => {
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`);
      return response.ok || undefined;
    });
  }

  /** `kill -9`. */
  async killServer(): Promise<void> {
    await this.server.kill();
  }

  async stop(): Promise<void> {
    await Promise.all([this.server?.stop(), this.provider?.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get profile(): "debug" | "release" {
    return this.options.profile ?? "debug";
  }

  private async startSandbox(): Promise<void> {
    const { messages = 300, people = 3, coop = "report", latencyMs = 0 } = this.options;
    const flags = {
      "google-port": 0,
      "microsoft-port": 0,
      people,
      messages,
      events: 0,
      "google-coop": coop,
      "latency-ms": latencyMs,
    };
    const clients = ["google", "microsoft"].map((name) => ["client", `gatepost-demo:gatepost-demo-secret:${this.url}/auth/${name}/callback`]);
    const args = [...Object.entries(flags), ...clients].flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const binary = process.env.SANDBOX_BIN || join(targetFolder(this.profile), "sandbox");
    this.provider = new Program("the sandbox", binary, args, {}, this.folder, join(this.folder, "sandbox.log"));
    this.sandbox = await this.provider.answers(async () => {
      const url = /^Google +(http\S+)$/m.exec(this.provider.output)?.[1];
      this.microsoft = /^Microsoft +(http\S+)$/m.exec(this.provider.output)?.[1] ?? "";
      const sandbox = url && new Sandbox(url);
      return sandbox && (await sandbox.people()) ? sandbox : undefined;
    });
  }
}

function targetFolder(profile: string): string {
  return join(resolve(root, process.env.CARGO_TARGET_DIR || "target"), profile);
}

/** The built client: where cargo-leptos was told to put it, or where it puts it by itself. */
function siteLocation(profile: string): Record<string, string> {
  const usual = profile === "release" ? "target/site-release" : "target/site";
  return {
    LEPTOS_OUTPUT_NAME: process.env.LEPTOS_OUTPUT_NAME || "gatepost",
    LEPTOS_SITE_ROOT: resolve(root, process.env.LEPTOS_SITE_ROOT || usual),
    LEPTOS_SITE_PKG_DIR: process.env.LEPTOS_SITE_PKG_DIR || "pkg",
  };
}

/** Below the range from which systems hand out ports by themselves. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 8_000);
    const free = await new Promise<boolean>((done) => {
      const probe = createServer();
      probe.once("error", () => done(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
    });
    if (free) return port;
  }
}
