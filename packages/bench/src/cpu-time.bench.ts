import { readdirSync, readFileSync } from "node:fs";
import { parseStat, ticksOfTree } from "./process-tree.js";

/** Linux counts CPU time in hundredths of a second, on every architecture Node runs on. */
const msPerTick = 10;

/** CPU time that a process and all below it have used so far, in ms. */
export const cpuMsOfTree = (root: number): number => {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return parseStat(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      } catch {
        // It ended since the folder was read.
        return [];
      }
    });
  return ticksOfTree(processes, root) * msPerTick;
};

/** CPU time that `work` takes in this process, on all its threads, in ms. */
export const cpuMsOf = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
