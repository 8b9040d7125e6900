/** One line of `/proc/<pid>/stat`, as far as it is needed. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** CPU time in clock ticks, user and system, of all its threads, those that ended too. */
  readonly ticks: number;
}

/** Reads a line of `/proc/<pid>/stat` (proc(5)); the name in it may hold spaces and parentheses. */
export const parseStat = (line: string): ProcessStat | undefined => {
  const nameEnd = line.lastIndexOf(")");
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(nameEnd + 2).split(" ");
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  if (nameEnd < 0 || parent === undefined || user === undefined || system === undefined) return undefined;
  if (![pid, parent, user, system].every(Number.isFinite)) return undefined;
  return { pid, parent, ticks: user + system };
};

/** The ticks of `root` and of everything that descends from it. */
export const ticksOfTree = (processes: readonly ProcessStat[], root: number): number => {
  const tree = new Set([root]);
  for (let before = 0; before < tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.reduce((sum, { pid, ticks }) => sum + (tree.has(pid) ? ticks : 0), 0);
};
