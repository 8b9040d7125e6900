import type { Random } from "@manyhands/core";

/** The wait before attempt `attempt` (0, 1, …): doubling from `firstMs` to `maxMs`, spread by a quarter each way, never above `maxMs`. */
export const backOffMs = (attempt: number, firstMs: number, maxMs: number, random: Random): number =>
  Math.min(maxMs, spread(firstMs * 2 ** Math.min(attempt, 20), random), spread(maxMs, random));

/** `ms` with a quarter of chance to either side. */
export const spread = (ms: number, random: Random): number => ms * (0.75 + random.fraction() / 2);
