import { expect, test } from "vitest";
import { runRandomScript, type ScriptOptions, type ScriptResult } from "../src/sim/random-script.js";
import { HostilePeer } from "./hostile-peer.js";

/** `npm run sim -- --seeds 10000 --from 1` sets these. */
const count = Number(process.env["SIM_SEEDS"] ?? 500);
const from = Number(process.env["SIM_FROM"] ?? 1);
const middle = from + Math.ceil(count / 2);

const withHostilePeer: ScriptOptions = { inviteGuest: (world) => new HostilePeer(world) };

/** The story of a seed; every fourth has somebody hostile in it. */
export const playStory = async (seed: number): Promise<ScriptResult> =>
  await runRandomScript(seed, seed % 4 === 0 ? withHostilePeer : {});

/** One half of the stories, so that two files of tests run on two cores. */
export const playHalf = (half: "first" | "second"): void => {
  const [begin, end] = half === "first" ? [from, middle] : [middle, from + count];
  // A single seed is in the first half.
  const when = test.skipIf(begin === end);
  when(`random stories from seed ${begin} to ${end - 1} converge`, { timeout: 24 * 3_600_000 }, async () => {
    let devices = 0;
    for (let seed = begin; seed < end; seed++) devices += (await playStory(seed)).devices;
    expect(devices).toBeGreaterThanOrEqual(2 * (end - begin));
  });
};
