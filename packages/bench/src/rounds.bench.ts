/** Runs peer and ours in turn, the one first that was second in the round before; the first `warmUps` do not count. */
export const alternate = async (
  rounds: number,
  warmUps: number,
  peer: () => Promise<number>,
  ours: () => Promise<number>,
): Promise<{ readonly peer: number[]; readonly ours: number[] }> => {
  const figures: { readonly peer: number[]; readonly ours: number[] } = { peer: [], ours: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const turns = [
      async () => ({ of: "peer" as const, figure: await peer() }),
      async () => ({ of: "ours" as const, figure: await ours() }),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) {
      const { of, figure } = await turn();
      if (round >= 0) figures[of].push(figure);
    }
  }
  return figures;
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves once the events that have come by now have been handled. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits until `isSo` answers true, asked every `everyMs`; rejects after `timeoutMs` with what was waited for. */
export const until = async (
  isSo: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number,
  everyMs = 20,
): Promise<void> => {
  for (const end = performance.now() + timeoutMs; !(await isSo()); await sleep(everyMs)) {
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
  }
};
