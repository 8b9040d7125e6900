// `npm run sim -- --seeds 10000 [--from 1]` runs that many random stories; `npm run sim -- --seed 42` replays one.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { seeds: { type: "string" }, from: { type: "string" }, seed: { type: "string" } },
});
const whole = (text, name) => {
  if (!/^[1-9][0-9]*$/.test(text)) throw new Error(`--${name} takes a whole number from 1 on, not ${text}.`);
  return text;
};
const env = {
  ...process.env,
  SIM_SEEDS: values.seed ? "1" : whole(values.seeds ?? "500", "seeds"),
  SIM_FROM: whole(values.seed ?? values.from ?? "1", values.seed ? "seed" : "from"),
};
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "sim", "packages/testing"];
process.exitCode = spawnSync(process.execPath, vitest, { stdio: "inherit", env }).status ?? 1;
