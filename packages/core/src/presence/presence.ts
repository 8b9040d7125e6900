import { type Awareness, applyAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import type { PeerId } from "../ids.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Lane } from "../ports/transport.js";
import * as codec from "../wire/codec.js";
import { openPresence, sealPresence } from "./presence-frame.js";

export interface PresenceOptions {
  readonly awareness: Awareness;
  readonly self: PeerId;
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  send(lane: Lane, sealed: Uint8Array, to?: PeerId): void;
}

/** Who may show what: one state per peer, under the client that its session owns. */
interface Shown {
  readonly clientId: number;
  counter: number;
}

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Carries a standard Awareness over the room's links in frames of our own. A peer can show only its own state; it is
 * shown as long as the link lives, so nothing is renewed while nothing changes.
 */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #shown = new Map<PeerId, Shown>();
  readonly #onChange = (change: AwarenessChange, origin: unknown): void => this.#onLocal(change, origin);
  #counter = 0;
  #cancelThrottle: (() => void) | undefined;
  #cancelSettle: (() => void) | undefined;
  #pending = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { awareness } = options;
    awareness.on("change", this.#onChange);
  }

  /** Moves the local state to the client under which this session writes. */
  adoptClient(clientId: number): void {
    const { awareness } = this.#options;
    const before = awareness.clientID;
    if (before === clientId) return;
    const state = awareness.getLocalState();
    this.#guard(() => removeAwarenessStates(awareness, [before], this));
    awareness.meta.delete(before);
    awareness.clientID = clientId;
    if (state !== null) this.#guard(() => awareness.setLocalState(state));
  }

  /** A peer is here: it gets our state. */
  addPeer(peer: PeerId, clientId: number): void {
    this.#shown.set(peer, { clientId, counter: -1 });
    this.#send("live", peer);
  }

  /** A peer is gone, and with it what it showed. */
  removePeer(peer: PeerId): void {
    const shown = this.#shown.get(peer);
    this.#shown.delete(peer);
    if (shown) this.#hide(shown.clientId);
  }

  /** Takes a sealed frame of a peer; false when it is not one. Never throws. */
  receive(from: PeerId, sealed: Uint8Array): boolean {
    const { awareness, key, logger } = this.#options;
    const shown = this.#shown.get(from);
    const frame = openPresence(sealed, from, key);
    if (!frame || !shown || shown.clientId === awareness.clientID) {
      logger.log("warn", "presence.refused", { peer: from });
      return false;
    }
    if (frame.counter <= shown.counter) return true;
    shown.counter = frame.counter;
    if (frame.state === null) this.#hide(shown.clientId);
    else this.#show(shown.clientId, frame.state);
    return true;
  }

  close(): void {
    const { awareness } = this.#options;
    this.#cancelThrottle?.();
    this.#cancelSettle?.();
    awareness.off("change", this.#onChange);
    for (const { clientId } of this.#shown.values()) this.#hide(clientId);
    this.#shown.clear();
  }

  #show(clientId: number, state: object): void {
    const { awareness } = this.#options;
    const clock = (awareness.meta.get(clientId)?.clock ?? 0) + 1;
    const update = codec.encode((to) => {
      codec.writeVarUint(to, 1);
      codec.writeVarUint(to, clientId);
      codec.writeVarUint(to, clock);
      codec.writeVarString(to, JSON.stringify(state));
    });
    this.#guard(() => applyAwarenessUpdate(awareness, update, this));
  }

  #hide(clientId: number): void {
    const { awareness } = this.#options;
    this.#guard(() => removeAwarenessStates(awareness, [clientId], this));
    // The protocol keeps a trace of everyone who ever was here; nothing of ours needs it.
    awareness.meta.delete(clientId);
  }

  /** What the app's listeners throw is theirs; the links and the other peers go on. */
  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#options.logger.log("error", "presence.listener-threw", { error });
    }
  }

  #onLocal({ added, updated, removed }: AwarenessChange, origin: unknown): void {
    const { clientID } = this.#options.awareness;
    if (origin === this || ![...added, ...updated, ...removed].includes(clientID)) return;
    this.#counter++;
    this.#pending = true;
    this.#settleLater();
    if (!this.#cancelThrottle) this.#sendNow();
  }

  /** At most once per `presenceMs`; the newest state wins. */
  #sendNow(): void {
    this.#pending = false;
    this.#send("now");
    this.#cancelThrottle = this.#options.clock.setTimer(() => {
      this.#cancelThrottle = undefined;
      if (this.#pending) this.#sendNow();
    }, limits.presenceMs);
  }

  /** The lane for moves may lose the last of them: it goes once more where nothing is lost. */
  #settleLater(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = this.#options.clock.setTimer(() => {
      this.#send("live");
    }, limits.presenceSettleMs);
  }

  #send(lane: Lane, to?: PeerId): void {
    const { awareness, self, key, random, logger, send } = this.#options;
    const frame = { counter: this.#counter, state: awareness.getLocalState() };
    const sealed = sealPresence(frame, self, key, random);
    if (!sealed) {
      logger.log("warn", "presence.not-json");
      return;
    }
    if (sealed.length > limits.maxPresenceBytes) {
      logger.log("warn", "presence.too-large", { bytes: sealed.length });
      return;
    }
    send(lane, sealed, to);
  }
}
