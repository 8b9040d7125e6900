import type { PeerId } from "../ids.js";
import type { Session } from "../journal/session.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Signatures } from "../ports/signatures.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import type { ProvedPeer } from "./handshake.js";

/** What a mesh is made of. */
export interface MeshOptions {
  readonly self: PeerId;
  readonly session: Session;
  readonly keys: RoomKeys;
  readonly signatures: Signatures;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly events: MeshEvents;
}

/** What the mesh tells the room. */
export interface MeshEvents {
  onPeer(peer: ProvedPeer): void;
  onPeerLeft(peer: ProvedPeer): void;
  /** False when it cannot be read: then the neighbour misbehaves. */
  onPassing(kind: PassingKind, from: ProvedPeer, sealed: Uint8Array): boolean;
  /** A link failed for a reason that a person should know. */
  onLinkFailed(reason: string): void;
  onChange(): void;
}

/** What is sent to neighbours and kept by nobody. */
export type PassingKind = "presence" | "channel";
