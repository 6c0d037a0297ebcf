import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

/** Measurements on a release build: `make bench NAME=pages`. They print and assert nothing. */
export default defineConfig({
  testDir: "figures",
  outputDir: "artifacts/figures",
  workers: 1,
  timeout: 1_800_000,
  reporter: "list",
  use: { ...chromium },
});
