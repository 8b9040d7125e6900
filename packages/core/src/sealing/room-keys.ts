import { type JournalId, journalIdOf, type RoomId, roomIdOf } from "../ids.js";
import { toBase64Url } from "../wire/base64url.js";
import { deriveKey, hash, type Label, mac, utf8ToBytes } from "./hash.js";

/** Everything that follows from a room's secret in one epoch. Each key has one use. */
export interface RoomKeys {
  readonly roomId: RoomId;
  readonly roomIdBytes: Uint8Array;
  /** Names the epoch in every block header and commits to its secret: 16 bytes. */
  readonly epoch: Uint8Array;
  /** Seals blocks. */
  readonly block: Uint8Array;
  /** Seals what passes and is not kept: presence, channel messages. */
  readonly passing: Uint8Array;
  /** Seals signaling payloads. */
  readonly signal: Uint8Array;
  /** Proves membership on a link. */
  readonly link: Uint8Array;
  /** Seals the local state at rest. */
  readonly localState: Uint8Array;
  /** What signaling sees instead of the room's name. */
  readonly topic: string;
  /** What the store calls the room. */
  readonly storeName: string;
  /** A document's journal, under a name that says nothing to whoever lacks the secret. */
  journalOf(guid: string): JournalId;
}

/** Derives a room's keys from its 32-byte secret and its name: two names with one secret are two rooms. */
export const deriveRoomKeys = (secret: Uint8Array, name: string): RoomKeys => {
  const roomIdBytes = mac(secret, "room", utf8ToBytes(name));
  const epochSecret = deriveKey(secret, roomIdBytes, "epoch-secret");
  const key = (label: Label) => deriveKey(epochSecret, roomIdBytes, label);
  const commitment = key("epoch-commit");
  const journalKey = deriveKey(secret, roomIdBytes, "key/journal");
  return {
    roomId: roomIdOf(roomIdBytes),
    roomIdBytes,
    epoch: hash("epoch", roomIdBytes, commitment).slice(0, 16),
    block: key("key/block"),
    passing: key("key/passing"),
    signal: key("key/signal"),
    link: key("key/link"),
    localState: key("key/local-state"),
    topic: toBase64Url(mac(key("key/topic"), "topic")),
    storeName: toBase64Url(mac(deriveKey(secret, roomIdBytes, "key/store"), "store")),
    journalOf: (guid) => journalIdOf(mac(journalKey, "journal", utf8ToBytes(guid)).slice(0, 16)),
  };
};
