import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { concat } from "../wire/codec.js";

/** What a hash, key or signature is for; no two uses share a label. */
export type Label =
  | "aad"
  | "block-id"
  | "client-id"
  | "frontier"
  | "invite-check"
  | "key/block"
  | "key/journal"
  | "key/link"
  | "key/local-state"
  | "key/passing"
  | "key/signal"
  | "key/store"
  | "key/topic"
  | "epoch-commit"
  | "epoch"
  | "journal"
  | "link-proof"
  | "link-transcript"
  | "passphrase"
  | "room"
  | "seed"
  | "session"
  | "session-cert"
  | "sign-block"
  | "epoch-secret"
  | "store"
  | "topic";

/** The bytes of a label; the zero byte ends it, so that no label is the start of another. */
export const labelBytes = (label: Label): Uint8Array => utf8ToBytes(`manyhands/v1/${label}\0`);

/** SHA-256 over the label and the parts. Parts of changing length must come last or carry their own lengths. */
export const hash = (label: Label, ...parts: readonly Uint8Array[]): Uint8Array =>
  sha256(concat(labelBytes(label), ...parts));

/** HMAC-SHA-256 over the label and the parts. */
export const mac = (key: Uint8Array, label: Label, ...parts: readonly Uint8Array[]): Uint8Array =>
  hmac(sha256, key, concat(labelBytes(label), ...parts));

/** HKDF-SHA-256: 32 bytes for one use. */
export const deriveKey = (secret: Uint8Array, salt: Uint8Array, label: Label): Uint8Array =>
  hkdf(sha256, secret, salt, labelBytes(label), 32);

export { utf8ToBytes };

/** Compares two secrets' hashes without telling by time where they differ. */
export const sameSecret = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
};
