import type { ManyhandsError } from "./errors.js";
import type { DeviceId, PeerId } from "./ids.js";
import type { SignalingStatus } from "./ports/signaling.js";

/** Where this device keeps the room. */
export type StorageState =
  /** The store is being opened; edits are kept in memory meanwhile. */
  | { readonly kind: "loading" }
  /** On disk; `recovered` when earlier data was found lost and is fetched again from peers. */
  | { readonly kind: "durable"; readonly recovered: boolean }
  /** Only in this tab's memory: no store was given, or the given one failed (then `problem` says why). */
  | { readonly kind: "memory"; readonly problem?: ManyhandsError };

/** A linked, proved peer: one running replica. */
export interface PeerState {
  readonly id: PeerId;
  /** Two tabs of one browser profile are two peers of one device. */
  readonly device: DeviceId;
  /** The transport of the link. */
  readonly transport: string;
  /** Neither side lacks anything that the other has, as far as both have said. */
  readonly synced: boolean;
}

/** How safe this device's own edits are. */
export interface SavedState {
  /** Every own edit is in this device's store (always false when storage is `memory`). */
  readonly here: boolean;
  /** Other devices that have said that all own edits are in their stores. */
  readonly devices: number;
  /** When the oldest own edit that is on no other device was made, ms since 1970; `undefined` when there is none. */
  readonly onlyHereSince: number | undefined;
}

/** Everything a room can say of itself, as one immutable value: a new one after every change. */
export interface RoomState {
  readonly status: "loading" | "open" | "closed";
  readonly storage: StorageState;
  /** The best of all signaling services; `none` when no transport uses any. */
  readonly signaling: SignalingStatus | "none";
  readonly peers: readonly PeerState[];
  /** At least one peer is linked and every linked peer is synced. */
  readonly synced: boolean;
  /** Present while what was missed is fetched: blocks that have come, of those that were missing. */
  readonly progress?: { readonly received: number; readonly total: number };
  readonly saved: SavedState;
  readonly access: { readonly role: "writer" };
  /** What a person should know about now; absent when all is well. */
  readonly problem?: ManyhandsError;
}
