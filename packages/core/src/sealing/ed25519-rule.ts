import { fromHex, toHex } from "../ids.js";

/**
 * Encodings of the points of small order, canonical and not. Engines disagree on signatures that use them (Chromium and
 * Node accept what libsodium refuses), so that a member could craft a block that is valid for half of the room.
 */
const smallOrder: ReadonlySet<string> = new Set([
  `01${"00".repeat(31)}`,
  `01${"00".repeat(30)}80`,
  `ec${"ff".repeat(30)}7f`,
  `ec${"ff".repeat(30)}ff`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `ed${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}ff`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}ff`,
]);

/** The order of the base point, big-endian. */
const groupOrder =
  fromHex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed") ?? new Uint8Array(32);

/** An encoded point that every engine judges alike: canonical, and not of small order. */
const isSoundPoint = (encoded: Uint8Array): boolean => {
  const beyondField =
    (encoded[0] ?? 0) >= 0xed &&
    encoded.subarray(1, 31).every((byte) => byte === 0xff) &&
    ((encoded[31] ?? 0) & 0x7f) === 0x7f;
  return !beyondField && !smallOrder.has(toHex(encoded));
};

const isBelowGroupOrder = (littleEndian: Uint8Array): boolean => {
  for (let at = 0; at < 32; at++) {
    const ours = littleEndian[31 - at] ?? 0;
    const bound = groupOrder[at] ?? 0;
    if (ours !== bound) return ours < bound;
  }
  return false;
};

/**
 * The part of our signature rule that engines leave open: key and nonce point canonical and not of small order, the
 * scalar below the group's order. Whoever verifies asks this first, then the engine.
 */
export const isSoundSignature = (publicKey: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length === 32 &&
  signature.length === 64 &&
  isSoundPoint(publicKey) &&
  isSoundPoint(signature.subarray(0, 32)) &&
  isBelowGroupOrder(signature.subarray(32));
