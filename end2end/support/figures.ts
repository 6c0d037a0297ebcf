import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Prints figures and keeps them in `artifacts/figures-NAME.json`. */
export function writeFigures(name: string, figures: Record<string, unknown>): void {
  const folder = join(__dirname, "../artifacts");
  const text = JSON.stringify(figures, undefined, 2);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `figures-${name}.json`), `${text}\n`);
  console.log(`${name}: ${text}`);
}
