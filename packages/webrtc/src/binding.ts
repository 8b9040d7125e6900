import { sha256 } from "@noble/hashes/sha2.js";

/**
 * The one SHA-256 certificate fingerprint that a session description names, upper case with colons.
 *
 * `undefined` when there is none, another hash, or two different ones: a description that names two would let the
 * connection use one certificate and the binding another.
 */
export const fingerprintOf = (sdp: string): string | undefined => {
  const found = new Set<string>();
  for (const [, hash, value] of sdp.matchAll(/^a=fingerprint:(\S+) +(\S+)\s*$/gim)) {
    found.add(`${hash?.toLowerCase()} ${value?.toUpperCase()}`);
  }
  const [only, another] = found;
  if (only === undefined || another !== undefined) return undefined;
  return /^sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(only)?.[1];
};

/** What both ends of a connection see alike and nobody between them can: 32 bytes. */
export const bindingOf = (initiatorFingerprint: string, acceptorFingerprint: string): Uint8Array =>
  sha256(
    new TextEncoder().encode(`manyhands/webrtc/1/binding ${initiatorFingerprint} ${acceptorFingerprint}`),
  );
