import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";
import { chromiumLaunch, findFirefox, firefoxLaunch } from "./scripts/browsers.mjs";

// Workspace packages resolve to their sources through this export condition, so tests need no build.
const source = "@manyhands/source";

/** Prints one plain closing line: "Tests: N passed, N failed, N skipped". */
const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      if (module.errors().length > 0) count.failed++;
    }
    console.log(`\nTests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  },
};

export default defineConfig({
  test: {
    reporters: ["default", closingLine],
    coverage: {
      provider: "istanbul",
      include: ["packages/*/src/**/*.ts"],
      reporter: ["text", "json-summary", "lcov"],
    },
    projects: [
      {
        resolve: { conditions: [source, "module", "node", "development|production"] },
        ssr: { resolve: { conditions: [source, "module", "node", "development|production"] } },
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          environment: "node",
          include: ["packages/*/src/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts", "**/*.sim.test.ts"],
          typecheck: {
            enabled: true,
            include: ["packages/*/src/**/*.test-d.ts"],
            tsconfig: "./tsconfig.test.json",
          },
        },
      },
      {
        resolve: { conditions: [source, "module", "browser", "development|production"] },
        optimizeDeps: { include: ["yjs"] },
        test: {
          name: "browser",
          sequence: { groupOrder: 1 },
          include: ["packages/*/src/**/*.browser.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            connectTimeout: 180_000,
            screenshotFailures: false,
            provider: playwright(),
            instances: [
              { browser: "chromium", provider: playwright({ launchOptions: chromiumLaunch() }) },
              ...(findFirefox()
                ? [{ browser: "firefox" as const, provider: playwright({ launchOptions: firefoxLaunch() }) }]
                : []),
            ],
          },
        },
      },
      {
        test: {
          name: "e2e",
          sequence: { groupOrder: 2 },
          environment: "node",
          include: ["examples/*/test/**/*.e2e.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

