import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumLaunch, firefoxLaunch } from "./scripts/browsers.mjs";
import { countingReporter } from "./scripts/count-tests.mjs";

// Workspace packages resolve to their sources through this export condition, so tests need no build.
const source = "@manyhands/source";
const nodeConditions = [source, "module", "node", "development|production"];
const fromSources = {
  resolve: { conditions: nodeConditions },
  ssr: { resolve: { conditions: nodeConditions } },
};

const browserTests = "{packages,examples}/*/src/**/*.browser.test.ts";

export default defineConfig({
  test: {
    reporters: ["default", countingReporter()],
    silent: "passed-only",
    coverage: {
      provider: "istanbul",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/*.bench.ts"],
      reporter: ["text-summary", "json-summary", "lcov"],
    },
    // groupOrder: one project after another, so that real browsers do not starve beside the simulator on two cores.
    projects: [
      {
        ...fromSources,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["{packages,examples}/*/src/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts", "**/*.chromium.test.ts", "**/*.sim.test.ts"],
        },
      },
      {
        ...fromSources,
        test: {
          name: "sim",
          sequence: { groupOrder: 1 },
          include: ["packages/*/src/**/*.sim.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "scripts",
          sequence: { groupOrder: 2 },
          include: ["scripts/**/*.test.mjs"],
        },
      },
      {
        resolve: { conditions: [source, "module", "browser", "development|production"], dedupe: ["yjs"] },
        // Named, because a dependency that Vite finds late reloads the page of a running test.
        optimizeDeps: {
          include: [
            "yjs",
            "y-protocols/awareness",
            "y-protocols/sync",
            "lib0/buffer",
            "lib0/decoding",
            "lib0/encoding",
            "@noble/ciphers/chacha.js",
            "@noble/hashes/hkdf.js",
            "@noble/hashes/hmac.js",
            "@noble/hashes/sha2.js",
            "@noble/hashes/utils.js",
            "@tiptap/core",
            "@tiptap/pm/model",
            "@tiptap/pm/state",
            "@tiptap/pm/transform",
            "@tiptap/pm/view",
            "@tiptap/starter-kit",
            "@tiptap/y-tiptap",
            "lib0/hash/sha256",
            "fast-check",
          ],
        },
        test: {
          name: "browser",
          sequence: { groupOrder: 3 },
          include: [browserTests],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            connectTimeout: 180_000,
            screenshotFailures: false,
            provider: playwright(),
            instances: [
              {
                browser: "chromium",
                provider: playwright({ launchOptions: chromiumLaunch() }),
                // Only Chromium lets a test play an input method.
                include: [browserTests, "packages/*/src/**/*.chromium.test.ts"],
              },
              { browser: "firefox", provider: playwright({ launchOptions: firefoxLaunch() }) },
            ],
          },
        },
      },
      {
        ...fromSources,
        test: {
          name: "e2e",
          sequence: { groupOrder: 4 },
          include: ["{packages,examples}/*/test/**/*.e2e.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
