import type { Clock, PeerId } from "@manyhands/core";
import { limits } from "./limits.js";

/** The little of Web Locks that is used here. */
export interface LocksLike {
  request(name: string, options: { signal?: AbortSignal }, whileHeld: () => Promise<void>): Promise<unknown>;
}

/** The runtime's own locks, if any. */
export const ambientLocks = (): LocksLike | undefined => {
  try {
    return globalThis.navigator?.locks;
  } catch {
    return undefined;
  }
};

/**
 * Holds the lock of a tab's name as long as the tab lives: the browser frees it however the tab ends. `onReady` is told,
 * once and never inside the call, whether it is held; where there are no locks it is not. Returns what releases it.
 */
export const holdTabLock = (
  locks: LocksLike | undefined,
  peer: PeerId,
  clock: Clock,
  onReady: (held: boolean) => void,
): (() => void) => {
  const ended = new AbortController();
  let isTold = false;
  const tell = (held: boolean) => {
    cancelDeadline();
    if (!isTold && !ended.signal.aborted) onReady(held);
    isTold = true;
  };
  const cancelDeadline = clock.setTimer(
    () => {
      tell(false);
      ended.abort();
    },
    locks ? limits.lockMs : 0,
  );
  const whileHeld = () =>
    new Promise<void>((release) => {
      ended.signal.addEventListener("abort", () => release());
      tell(true);
    });
  if (locks) request(locks, peer, ended.signal, whileHeld).catch(() => tell(false));
  return () => {
    cancelDeadline();
    ended.abort();
  };
};

/** Calls `onDead` when the tab that holds the lock of `peer` is no more. Returns what ends the watch. */
export const watchTabLock = (locks: LocksLike, peer: PeerId, onDead: () => void): (() => void) => {
  const ended = new AbortController();
  const whileHeld = async () => {
    if (!ended.signal.aborted) onDead();
  };
  request(locks, peer, ended.signal, whileHeld).catch(() => undefined);
  return () => ended.abort();
};

const request = async (
  locks: LocksLike,
  peer: PeerId,
  signal: AbortSignal,
  whileHeld: () => Promise<void>,
): Promise<void> => {
  await locks.request(`manyhands/tab/${peer}`, { signal }, whileHeld);
};
