import type { Clock } from "@manyhands/core";

/** A clock that goes on only when told to. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export const createManualClock = (): ManualClock => {
  let now = 1_000_000;
  const timers = new Set<{ readonly at: number; readonly fire: () => void }>();
  const due = (until: number) =>
    [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    setTimer: (fire, delayMs) => {
      const timer = { at: now + delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      const until = now + ms;
      for (let timer = due(until); timer; timer = due(until)) {
        timers.delete(timer);
        now = timer.at;
        timer.fire();
      }
      now = until;
    },
  };
};
