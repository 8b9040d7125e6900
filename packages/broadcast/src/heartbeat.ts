import { type Clock, limits as coreLimits } from "@manyhands/core";

/**
 * Watches a link by its traffic: pings when it is silent, and calls `onDead` when a ping stays unanswered. A tab whose
 * timers the browser slows down asks late, but never condemns the other before it had time to answer.
 */
export const watchByHeartbeat = (
  clock: Clock,
  ping: () => void,
  onDead: () => void,
): { heard(): void; check(): void; stop(): void } => {
  let silent = true;
  let cancel: () => void = () => undefined;
  const listen = () => {
    cancel();
    silent = true;
    cancel = clock.setTimer(() => (silent ? check() : listen()), coreLimits.pingMs);
  };
  const check = () => {
    cancel();
    silent = true;
    ping();
    cancel = clock.setTimer(() => (silent ? onDead() : listen()), coreLimits.deadLinkMs - coreLimits.pingMs);
  };
  listen();
  return {
    heard: () => {
      silent = false;
    },
    check,
    stop: () => cancel(),
  };
};
