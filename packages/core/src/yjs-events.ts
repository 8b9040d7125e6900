import { Listeners } from "./listeners.js";
import type { PeerState, RoomState } from "./room-state.js";

/** The events that Yjs users know from other providers; everything in them can be read from `room.state` as well. */
export interface RoomEvents {
  /** `true` when the room became synced, `false` when it is no longer. */
  synced: boolean;
  status: RoomState["status"];
  peers: {
    readonly added: readonly PeerState[];
    readonly removed: readonly PeerState[];
    readonly peers: readonly PeerState[];
  };
}

/** Derives the familiar events from changes of the state. */
export class YjsEvents {
  readonly #listeners: { readonly [Name in keyof RoomEvents]: Listeners<RoomEvents[Name]> };
  #last: RoomState;

  constructor(state: RoomState, onListenerError: (error: unknown) => void) {
    this.#last = state;
    this.#listeners = {
      synced: new Listeners(onListenerError),
      status: new Listeners(onListenerError),
      peers: new Listeners(onListenerError),
    };
  }

  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): void {
    this.#listeners[name].add(listener);
  }

  off<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): void {
    this.#listeners[name].delete(listener);
  }

  update(state: RoomState): void {
    const before = this.#last;
    this.#last = state;
    const { peers } = state;
    const added = peers.filter(({ id }) => !before.peers.some((peer) => peer.id === id));
    const removed = before.peers.filter(({ id }) => !peers.some((peer) => peer.id === id));
    if (state.status !== before.status) this.#listeners.status.emit(state.status);
    if (added.length > 0 || removed.length > 0) this.#listeners.peers.emit({ added, removed, peers });
    if (state.synced !== before.synced) this.#listeners.synced.emit(state.synced);
  }
}
