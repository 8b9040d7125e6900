import { expect, test } from "vitest";
import { parseStat, ticksOfTree } from "./process-tree.js";

const stat = (pid: number, name: string, parent: number, user: number, system: number): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 10 0 0 0 ${user} ${system} 99 99 20 0 1 0 12345`;

test("a line of /proc/<pid>/stat, whatever the name of the process", () => {
  expect(parseStat(stat(42, "a (b) c", 7, 30, 12))).toEqual({ pid: 42, parent: 7, ticks: 42 });
  expect(parseStat("")).toBeUndefined();
  expect(parseStat("42 (x) S")).toBeUndefined();
});

test("a tree is a process and all below it, in whatever order they are listed", () => {
  const all = [
    stat(4, "d", 3, 1000, 0),
    stat(3, "c", 2, 100, 0),
    stat(2, "b", 1, 10, 0),
    stat(9, "x", 8, 5, 5),
  ];
  const processes = all.flatMap((line) => parseStat(line) ?? []);
  expect(ticksOfTree(processes, 2)).toBe(1110);
});
