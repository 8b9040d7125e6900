import type { ManyhandsError } from "../errors.js";
import type { PeerId } from "../ids.js";
import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import type { Random } from "./random.js";
import type { SignalingStatus } from "./signaling.js";

/**
 * The lanes of a link: `live` (blocks as they are written; reliable, ordered), `bulk` (what was missed; reliable,
 * ordered, yields to live), `now` (presence; may be lost or reordered).
 */
export type Lane = "live" | "bulk" | "now";

/** Every lane, in the order of their urgency. */
export const lanes: readonly Lane[] = ["now", "live", "bulk"];

/** What whoever uses a link is told. */
export interface LinkEvents {
  onFrame(lane: Lane, frame: Uint8Array): void;
  /** `bufferedBytes(lane)` fell to `limits.laneLowWaterBytes` or below after it had been above. */
  onDrain(lane: Lane): void;
  /** Comes once, last. */
  onClose(reason: string): void;
}

/**
 * An open way to one other peer, not yet proved: the room proves it (see `mesh/handshake.ts`).
 *
 * Laws: `live` and `bulk` deliver every frame once and in order, or the link closes; a frame is 1 to
 * `limits.maxFrameBytes` bytes and belongs to the receiver, who may keep it; no event comes inside `send`, `start` or
 * `close`; after `close` (idempotent) none comes but one `onClose`; `send` on a closed link does nothing.
 */
export interface Link {
  readonly peer: PeerId;
  /** The `name` of the transport that made it. */
  readonly transport: string;
  /** True at exactly one of the two ends. */
  readonly initiator: boolean;
  /** What both ends see alike and nobody between them can: for WebRTC a hash of both DTLS fingerprints. Signed in the handshake. */
  readonly binding: Uint8Array;
  /** Starts the flow of events; frames that came earlier were kept. Called once. */
  start(events: LinkEvents): void;
  send(lane: Lane, frame: Uint8Array): void;
  /** Bytes given to `send` that have not left yet. */
  bufferedBytes(lane: Lane): number;
  close(reason: string): void;
}

/** What a transport knows of its ways to find and reach others. */
export interface TransportStatus {
  /** `none`: this transport needs no signaling. */
  readonly signaling: SignalingStatus | "none";
  readonly problem?: ManyhandsError;
}

/** What a room gives to a transport. */
export interface TransportRoom {
  /** This running replica; others know it by this name. */
  readonly self: PeerId;
  /** A blind name of the room, 43 characters base64url; safe to show to a server. */
  readonly topic: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Seals a payload for members of the room; bound to the room, not to a receiver. */
  seal(payload: Uint8Array): Uint8Array;
  /** Opens what a member sealed; `undefined` for anything else. */
  unseal(sealed: Uint8Array): Uint8Array | undefined;
  /** False when the room has, or refuses, a link to that peer: then the transport neither dials nor answers it. */
  wantsLink(peer: PeerId): boolean;
  /** Hands over a new link; the room calls `link.start` before this returns, or closes the link. */
  onLink(link: Link): void;
  onStatus(status: TransportStatus): void;
}

/** One room's part in a transport. */
export interface TransportSession {
  /** The machine woke or the network changed: check links, announce, dial without waiting. */
  wake(): void;
  /** Idempotent; closes the links made for this room and releases what no other room uses. */
  close(): void;
}

/**
 * What makes links.
 *
 * Laws: nothing happens before `join`, nothing global is touched at construction; one object serves many rooms at once
 * and may share a connection among them; for one pair of peers it keeps at most one open link per room, and after a
 * link closed it tries again by itself, with back-off, while the room wants it; `onStatus` comes once soon after `join`
 * and on every change; no event comes inside `join` or `close`.
 */
export interface Transport {
  /** `webrtc`, `broadcast`, `websocket`, `simulated`, …: shown to people. */
  readonly name: string;
  join(room: TransportRoom): TransportSession;
}
