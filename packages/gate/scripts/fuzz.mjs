// Runs the seeded tests of the gate for long: npm run gate:fuzz -w @manyhands/gate -- --seed 1 --count 100000 [--only honest|hostile|import]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
  },
});
const files = { honest: "honest-traffic", hostile: "hostile-mutants", import: "import" };
const chosen = values.only ? [values.only] : Object.keys(files);
const root = fileURLToPath(new URL("../../..", import.meta.url));
for (const name of chosen) {
  if (!files[name]) throw new Error(`--only is one of ${Object.keys(files).join(", ")}`);
  const run = spawnSync(
    "npx",
    ["vitest", "run", "--project", "unit", "--silent=false", `packages/gate/src/${files[name]}.test.ts`],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, GATE_SEED: values.seed, GATE_COUNT: values.count },
      shell: process.platform === "win32",
    },
  );
  if (run.status !== 0) process.exit(run.status ?? 1);
}
