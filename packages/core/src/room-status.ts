import { ManyhandsError } from "./errors.js";
import { Listeners } from "./listeners.js";
import type { PeerState, RoomState } from "./room-state.js";

/** What a wait can be given. */
export interface WaitOptions {
  /** Ends the wait: the promise rejects with code `aborted`. */
  readonly signal?: AbortSignalLike;
}

/** The part of an `AbortSignal` that is used; the core has no DOM types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Holds the room's state, tells of changes, and ends waits. */
export class RoomStatus {
  readonly #describe: () => RoomState;
  readonly #listeners: Listeners<RoomState>;
  #state: RoomState;
  #due = false;

  /** `describe` makes the state anew from the room's parts. */
  constructor(describe: () => RoomState, onListenerError: (error: unknown) => void) {
    this.#describe = describe;
    this.#listeners = new Listeners(onListenerError);
    this.#state = describe();
  }

  get state(): RoomState {
    return this.#state;
  }

  subscribe(listener: (state: RoomState) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Something may have changed: at the end of this turn the state is made anew, and told if it differs. */
  refresh(): void {
    if (this.#due) return;
    this.#due = true;
    void Promise.resolve().then(() => this.refreshNow());
  }

  refreshNow(): void {
    this.#due = false;
    const next = this.#describe();
    if (isSameState(next, this.#state)) return;
    this.#state = next;
    this.#listeners.emit(next);
  }

  /** Resolves when `isReached` holds; rejects when the room closes first or the signal fires. */
  async when(isReached: (state: RoomState) => boolean, { signal }: WaitOptions = {}): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void): void => {
        unsubscribe();
        signal?.removeEventListener("abort", onAbort);
        act();
      };
      const onAbort = (): void => settle(() => reject(abortedBy(signal)));
      const check = (state: RoomState): void => {
        if (isReached(state)) settle(resolve);
        else if (state.status === "closed") {
          settle(() => reject(state.problem ?? new ManyhandsError("closed", "The room is closed.")));
        }
      };
      const unsubscribe = this.subscribe(check);
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      else check(this.#state);
    });
  }

  close(): void {
    this.refreshNow();
    this.#listeners.clear();
  }
}

const abortedBy = (signal: AbortSignalLike | undefined): ManyhandsError =>
  new ManyhandsError("aborted", "The wait was aborted.", { cause: signal?.reason });

/** Waits for `work`; rejects with `aborted` when the signal fires first, and lets the work go on. */
export const unlessAborted = async (work: Promise<void>, { signal }: WaitOptions = {}): Promise<void> => {
  if (!signal) return await work;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => reject(abortedBy(signal));
    const settle = (act: () => void) => (): void => {
      signal.removeEventListener("abort", onAbort);
      act();
    };
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    work.then(settle(resolve), (error: unknown) => settle(() => reject(error))());
  });
};

const isSamePeer = (a: PeerState, b: PeerState | undefined): boolean =>
  a.id === b?.id && a.device === b.device && a.transport === b.transport && a.synced === b.synced;

const isSameState = (a: RoomState, b: RoomState): boolean =>
  a.status === b.status &&
  a.signaling === b.signaling &&
  a.synced === b.synced &&
  a.problem === b.problem &&
  isShallowEqual(a.progress ?? {}, b.progress ?? {}) &&
  isShallowEqual(a.storage, b.storage) &&
  isShallowEqual(a.saved, b.saved) &&
  a.peers.length === b.peers.length &&
  a.peers.every((peer, at) => isSamePeer(peer, b.peers[at]));

const isShallowEqual = (a: object, b: object): boolean => {
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value);
};
