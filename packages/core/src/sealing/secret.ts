import { ManyhandsError } from "../errors.js";
import { limits } from "../limits.js";
import type { Random } from "../ports/random.js";
import { fromBase64Url, toBase64Url } from "../wire/base64url.js";
import { concat, sameBytes } from "../wire/codec.js";
import { hash, labelBytes, utf8ToBytes } from "./hash.js";

const secretBytes = 32;
const checkBytes = 4;
const inviteStart = "mh1.";

/** Makes a room secret: 256 random bits as 43 characters base64url. */
export const createSecret = (random: Random): string => toBase64Url(random.bytes(secretBytes));

/** Reads a secret given as 32 bytes or 43 characters base64url; throws `invalid-secret`. */
export const parseSecret = (secret: string | Uint8Array): Uint8Array => {
  const bytes = typeof secret === "string" ? fromBase64Url(secret) : new Uint8Array(secret);
  if (bytes?.length !== secretBytes) {
    throw new ManyhandsError(
      "invalid-secret",
      "A room secret is 32 bytes, or 43 characters base64url: make one with createSecret(), or use a passphrase.",
    );
  }
  return bytes;
};

const checkOf = (secret: Uint8Array): Uint8Array => hash("invite-check", secret).slice(0, checkBytes);

/** The fragment of an invite link, `#` included. Four check bytes tell a mangled link from another room. */
export const formatInvite = (secret: Uint8Array): string =>
  `#${inviteStart}${toBase64Url(concat(secret, checkOf(secret)))}`;

/** Reads an invite: a fragment with or without `#`, or a whole link; throws `invalid-secret`. */
export const parseInvite = (invite: string): Uint8Array => {
  const text = invite.slice(invite.lastIndexOf("#") + 1).trim();
  const bytes = text.startsWith(inviteStart) ? fromBase64Url(text.slice(inviteStart.length)) : undefined;
  const secret = bytes?.slice(0, secretBytes);
  if (
    !bytes ||
    !secret ||
    bytes.length !== secretBytes + checkBytes ||
    !sameBytes(bytes.slice(secretBytes), checkOf(secret))
  ) {
    throw new ManyhandsError(
      "invalid-secret",
      "This invite link is incomplete or damaged: copy it again, whole.",
    );
  }
  return secret;
};

interface Subtle {
  importKey(
    format: "raw",
    key: Uint8Array,
    algorithm: "PBKDF2",
    extractable: false,
    usages: readonly string[],
  ): Promise<unknown>;
  deriveBits(algorithm: Readonly<Record<string, unknown>>, key: unknown, bits: number): Promise<ArrayBuffer>;
}
declare const crypto: { readonly subtle: Subtle };

/**
 * Stretches a passphrase into a room secret: PBKDF2-HMAC-SHA-256 with `limits.passphraseIterations`, salted with the
 * room's name (members share nothing else). Weak passphrases stay weak: prefer `createSecret`.
 */
export const secretFromPassphrase = async (passphrase: string, roomName: string): Promise<Uint8Array> => {
  const key = await crypto.subtle.importKey(
    "raw",
    utf8ToBytes(passphrase.normalize("NFKC")),
    "PBKDF2",
    false,
    ["deriveBits"],
  );
  const salt = concat(labelBytes("passphrase"), utf8ToBytes(roomName));
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: limits.passphraseIterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * secretBytes));
};
