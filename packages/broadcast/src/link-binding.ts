import type { PeerId } from "@manyhands/core";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * 32 bytes that both ends of a link see alike. They tell links apart; against other scripts of the same origin
 * nothing on a `BroadcastChannel` can protect.
 */
export const linkBinding = (one: PeerId, other: PeerId, link: string): Uint8Array =>
  sha256(utf8ToBytes(["manyhands/1/broadcast", ...[one, other].sort(), link].join("/")));
