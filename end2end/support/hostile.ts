import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";

/** A mail of `server/tests/hostile/cases.json`: HTML, or pieces that are repeated. */
export interface Case {
  name: string;
  html?: string;
  pieces?: [string, number][];
}

export const cases: Case[] = JSON.parse(readFileSync(resolve(__dirname, "../../server/tests/hostile/cases.json"), "utf8"));

/** A server that hears whoever is told to tell it something. */
export class Beacon {
  readonly heard: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async light(): Promise<Beacon> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const beacon = new Beacon(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (request, response) => {
      beacon.heard.push(request.url ?? "");
      response.setHeader("access-control-allow-origin", "*");
      response.end("heard");
    });
    return beacon;
  }

  put(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What a case says, with the names filled in. */
export function filled(text: string, one: Case, beacon: Beacon): string {
  const names = { BEACON: beacon.url, HOST: beacon.url.replace("http://", ""), NAME: one.name };
  return Object.entries(names).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), text);
}

/** The mail as it travels. */
export function mailOf(one: Case, beacon: Beacon): string {
  if (one.html !== undefined) {
    const head = `From: Mallory <mallory@evil.example>\r\nTo: me@example.org\r\nSubject: ${one.name}\r\nMIME-Version: 1.0\r\n`;
    const id = `Message-ID: <${one.name}@evil.example>\r\n`;
    return `${head}${id}Content-Type: text/html; charset=utf-8\r\n\r\n${filled(one.html, one, beacon)}\r\n`;
  }
  return (one.pieces ?? [])
    .map(([piece, times]) => {
      const text = filled(piece, one, beacon);
      if (!/\{[nm]\}/.test(text)) return text.repeat(times);
      return Array.from({ length: times }, (_, n) => text.replaceAll("{n}", `${n}`).replaceAll("{m}", `${n + 1}`)).join("");
    })
    .join("");
}
