import { expect, test } from "vitest";
import { HostilePeer } from "../../test/hostile-peer.js";
import { runRandomScript, type ScriptOptions, type ScriptResult } from "./random-script.js";

/** `npm run sim -- --seeds 10000 --from 1` sets these. */
const count = Number(process.env["SIM_SEEDS"] ?? 500);
const from = Number(process.env["SIM_FROM"] ?? 1);

/** Seeds that once broke something; each says what. */
const pinned: readonly { readonly seed: number; readonly broke: string }[] = [];

const withHostilePeer: ScriptOptions = { inviteGuest: (world) => new HostilePeer(world) };

/** Every fourth story has somebody hostile in it. */
const runStory = async (seed: number): Promise<ScriptResult> =>
  await runRandomScript(seed, seed % 4 === 0 ? withHostilePeer : {});

test.each(pinned)("seed $seed holds: $broke", async ({ seed }) => {
  const { devices } = await runStory(seed);
  expect(devices).toBeGreaterThan(1);
});

test(`${count} random stories from seed ${from} converge`, { timeout: 24 * 3_600_000 }, async () => {
  let devices = 0;
  for (let seed = from; seed < from + count; seed++) devices += (await runStory(seed)).devices;
  expect(devices).toBeGreaterThanOrEqual(2 * count);
});
