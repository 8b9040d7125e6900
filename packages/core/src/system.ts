import type { Clock } from "./ports/clock.js";
import type { Random } from "./ports/random.js";

// What every runtime has; declared here, so that no other file of the core can reach for it by accident.
declare const setTimeout: (fire: () => void, delayMs: number) => unknown;
declare const clearTimeout: (timer: unknown) => void;
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

/** The real clock. With `random` below the only place that knows real time and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (fire, delayMs) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The real source of chance. */
export const systemRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  fraction: () => Math.random(),
};
