import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** One running binary with its log. It is ended with the worker that started it, whatever happens. */
export class Program {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(
    readonly name: string,
    binary: string,
    args: string[],
    env: Record<string, string>,
    cwd: string,
    private readonly log: string,
  ) {
    const file = openSync(log, "a");
    // The working folder is empty: no .env of a developer is read.
    this.child = spawn(binary, args, { cwd, env, stdio: ["ignore", file, file] });
    closeSync(file);
    const stop = () => this.child.kill("SIGKILL");
    process.once("exit", stop);
    this.ended = new Promise((resolve) => {
      const over = () => {
        process.removeListener("exit", stop);
        resolve();
      };
      this.child.once("exit", over);
      this.child.once("error", over);
    });
  }

  get output(): string {
    return readFileSync(this.log, "utf8");
  }

  /** Asks again and again until `ready` gives something; fails when the program has ended or the time is over. */
  async answers<T>(ready: () => Promise<T | undefined>, seconds = 60): Promise<T> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end && this.child.exitCode === null && this.child.signalCode === null && this.child.pid) {
      const value = await ready().catch(() => undefined);
      if (value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.name} did not get ready:\n${this.output.slice(-4000)}`);
  }

  /** Ends it in good order, or by force when that takes too long. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await this.ended;
    clearTimeout(force);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
