import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** The figures of the pages (`make bench NAME=pages`): one at a time, on release builds. */
export default defineConfig({ ...base, testDir: "figures", outputDir: "artifacts/figures", workers: 1, timeout: 1_800_000 });
