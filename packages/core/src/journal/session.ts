import { type DeviceId, deviceIdOf, type SessionId, sessionIdOf } from "../ids.js";
import type { Signatures, SigningKeys } from "../ports/signatures.js";
import { hash } from "../sealing/hash.js";
import * as codec from "../wire/codec.js";

/** The session that a signing key stands for. */
export const sessionOfKey = (roomId: Uint8Array, sessionKey: Uint8Array): SessionId =>
  sessionIdOf(hash("session", roomId, sessionKey).slice(0, 16));

/**
 * The Yjs client of a session: 53 bits of a hash, so that nobody else can write under it. 2^53 - 1 is the largest
 * client Yjs can hold.
 */
export const clientIdOfKey = (roomId: Uint8Array, sessionKey: Uint8Array): number => {
  const digest = hash("client-id", roomId, sessionKey);
  const high = ((digest[0] ?? 0) << 16) | ((digest[1] ?? 0) << 8) | (digest[2] ?? 0);
  const low = new DataView(digest.buffer, digest.byteOffset).getUint32(3);
  return Math.max(1, (high & 0x1fffff) * 2 ** 32 + low);
};

/** What a device signs to vouch for a session of its own. */
export const certifiedBytes = (roomId: Uint8Array, sessionKey: Uint8Array): Uint8Array =>
  hash("session-cert", roomId, sessionKey);

/** A writing run of this device: made anew at every start, so that no sequence number is ever used twice. */
export interface Session {
  readonly id: SessionId;
  readonly device: DeviceId;
  readonly clientId: number;
  readonly keys: SigningKeys;
  readonly deviceKey: Uint8Array;
  /** The device's signature on the session's key. */
  readonly certificate: Uint8Array;
}

/** Begins a session under the device's keys. */
export const createSession = async (
  roomId: Uint8Array,
  deviceKeys: SigningKeys,
  signatures: Signatures,
): Promise<Session> => {
  const keys = await signatures.createKeys();
  return {
    id: sessionOfKey(roomId, keys.publicKey),
    device: deviceIdOf(deviceKeys.publicKey),
    clientId: clientIdOfKey(roomId, keys.publicKey),
    keys,
    deviceKey: deviceKeys.publicKey,
    certificate: await signatures.sign(deviceKeys, certifiedBytes(roomId, keys.publicKey)),
  };
};

/** What is known of a session that others can rely on. */
export interface KnownSession {
  readonly session: SessionId;
  readonly sessionKey: Uint8Array;
  readonly device: DeviceId;
  readonly clientId: number;
}

/** Reads `KnownSession`s as the local state keeps them; the caller trusts the bytes. */
export const readKnownSession = (from: codec.Decoder, roomId: Uint8Array): KnownSession => {
  const sessionKey = codec.readBytes(from, 32);
  const device = deviceIdOf(codec.readBytes(from, 32));
  const session = sessionOfKey(roomId, sessionKey);
  return { session, sessionKey, device, clientId: clientIdOfKey(roomId, sessionKey) };
};
