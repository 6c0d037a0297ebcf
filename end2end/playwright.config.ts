import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

/** The browser tests. Every spec starts a server and a sandbox of its own, so specs may run beside each other. */
export default defineConfig({
  testDir: "tests",
  outputDir: "artifacts/results",
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  // What passes only at a second try is a failure.
  retries: 0,
  // Two busy cores and debug builds: generous, because nothing waits longer than it has to.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: {
    ...chromium,
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    // A zone that is neither UTC nor whole hours off, so that a time shown in the wrong zone is noticed.
    timezoneId: "Asia/Kathmandu",
    locale: "en-GB",
    screenshot: "only-on-failure",
    // Snapshots would put a script into every frame, also into those of mails, where nothing may run.
    trace: { mode: "retain-on-failure", snapshots: false },
  },
});
