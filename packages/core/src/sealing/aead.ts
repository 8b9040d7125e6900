import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Random } from "../ports/random.js";
import { concat } from "../wire/codec.js";

/** Bytes of a random nonce. 192 bits: chance alone keeps nonces apart, also after a restored backup. */
export const nonceBytes = 24;

/** Bytes by which a ciphertext is longer than its plaintext. */
export const tagBytes = 16;

/** XChaCha20-Poly1305; the result is `tagBytes` longer than `plaintext`. */
export const sealWith = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array => xchacha20poly1305(key, nonce, associated).encrypt(plaintext);

/** Opens what `sealWith` made; `undefined` for anything else. */
export const openWith = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined => {
  try {
    return xchacha20poly1305(key, nonce, associated).decrypt(sealed);
  } catch {
    return undefined;
  }
};

/** Seals with a fresh nonce in front. */
export const seal = (
  key: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Uint8Array => {
  const nonce = random.bytes(nonceBytes);
  return concat(nonce, sealWith(key, nonce, associated, plaintext));
};

/** Opens what `seal` made; `undefined` for anything else. */
export const open = (key: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined =>
  sealed.length < nonceBytes
    ? undefined
    : openWith(key, sealed.subarray(0, nonceBytes), associated, sealed.subarray(nonceBytes));
