// Counts the tests of a vitest run, whatever its projects, for the closing line that people and CI read.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";

/** The closing line: "Tests: N passed, N failed, N skipped". */
export const closingLine = ({ passed, failed, skipped }) =>
  `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * A vitest reporter. With TEST_COUNTS_FILE it writes the counts there (scripts/test.mjs adds up and has the last word);
 * without, it prints the closing line.
 */
export const countingReporter = () => ({
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, projects: {}, files: [] };
    for (const module of modules) {
      const project = module.project.name;
      const file = relative(process.cwd(), module.moduleId).replaceAll("\\", "/");
      if (!counts.files.includes(file)) counts.files.push(file);
      counts.projects[project] ??= 0;
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that never ended (the run broke off) is no success.
        counts[state === "pending" ? "failed" : state]++;
        if (state !== "skipped") counts.projects[project]++;
      }
    }
    const file = process.env.TEST_COUNTS_FILE;
    if (file === undefined) console.log(`\n${closingLine(counts)}`);
    else writeFileSync(file, JSON.stringify(counts));
  },
});
