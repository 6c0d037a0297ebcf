import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

/** Measurements on a release build: `npx playwright test -c figures.config.ts`. They print and assert nothing. */
export default defineConfig({
  testDir: "figures",
  outputDir: "artifacts/figures",
  workers: 1,
  timeout: 300_000,
  reporter: "list",
  use: { ...chromium },
});
