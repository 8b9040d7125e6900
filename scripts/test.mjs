// `npm test`: makes the machine ready, runs every check and every test, and says the sum in the last line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine } from "./count-tests.mjs";

/** Scripts of package.json, in this order: the end-to-end tests and the later checks need the build. */
const checks = [
  "build",
  "check:lint",
  "check:types",
  "check:layers",
  "check:packages",
  "check:size",
  "check:unused",
  "check:docs",
];

/** Every project of vitest.config.ts. A project that runs nothing is a failure, not a success. */
const projects = ["unit", "sim", "scripts", "browser (chromium)", "browser (firefox)", "e2e"];

/** The tests take a few minutes on two cores; a run that hangs must end before the 15 minutes that CI allows. */
const testsTimeoutMs = 12 * 60_000;

const run = (command, args, options = {}) =>
  spawnSync(command, args, {
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
    env: { ...process.env, DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1", ...options.env },
  });

const runCheck = (name) => {
  const start = performance.now();
  const { status, stdout, stderr } = run("npm", ["run", "--silent", name], {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const passed = status === 0;
  if (!passed) console.log(`\n${stdout}${stderr}`);
  console.log(`${passed ? "✓" : "✗"} ${name.padEnd(16)} ${seconds} s`);
  return passed ? [] : [`npm run ${name}`];
};

/** All test files there are, so that none is left out by a pattern that misses it. */
const listTestFiles = () =>
  ["packages", "examples", "scripts"].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
      .filter((file) => !/\/(node_modules|dist)\//.test(file) && /\.test\.m?[jt]sx?$/.test(file)),
  );

const runTests = () => {
  const folder = mkdtempSync(join(tmpdir(), "manyhands-test-"));
  const file = join(folder, "counts.json");
  const { status, error } = run("node", ["node_modules/vitest/vitest.mjs", "run"], {
    env: { TEST_COUNTS_FILE: file },
    timeout: testsTimeoutMs,
  });
  const problems = [];
  let counts = { passed: 0, failed: 0, skipped: 0, projects: {}, files: [] };
  try {
    counts = JSON.parse(readFileSync(file, "utf8"));
    const left = listTestFiles().filter((each) => !counts.files.includes(each));
    problems.push(...left.map((each) => `${each} was not run by any project of vitest.config.ts`));
    const idle = projects.filter((project) => !(counts.projects[project] > 0));
    problems.push(...idle.map((project) => `vitest project "${project}" ran no test`));
  } catch {
    problems.push(error?.code === "ETIMEDOUT" ? "the tests did not end in time" : "the tests broke off");
  }
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0 && counts.failed === 0 && problems.length === 0) problems.push("vitest failed, see above");
  return { counts, problems };
};

const main = () => {
  if (run("node", ["scripts/setup.mjs", "--browsers"]).status !== 0) {
    return { counts: { passed: 0, failed: 0, skipped: 0 }, problems: ["setup"] };
  }
  const failedChecks = checks.flatMap(runCheck);
  const { counts, problems } = runTests();
  return { counts, problems: [...failedChecks, ...problems] };
};

// A failed check counts as one failed test, so that the last line never looks better than the exit code.
const { counts, problems } = main();
for (const problem of problems) console.log(`FAILED: ${problem}`);
const failed = counts.failed + problems.length;
console.log(`\n${closingLine({ ...counts, failed })}`);
process.exitCode = failed > 0 ? 1 : 0;
