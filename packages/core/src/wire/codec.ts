import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

export type Encoder = encoding.Encoder;
export type Decoder = decoding.Decoder;

export { readUint8, readVarString, readVarUint } from "lib0/decoding";
export { writeUint8, writeUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from "lib0/encoding";

/** A value that a peer sent breaks a rule; caught by `decode`, never seen outside. */
class Malformed extends Error {}

/** Ends a `decode` for a reason that the decoder itself cannot see. */
export const refuse = (reason: string): never => {
  throw new Malformed(reason);
};

export const encode = (write: (to: Encoder) => void): Uint8Array => encoding.encode(write);

/** Reads the whole of `bytes`; `undefined` when they end early, hold more than is read, or break a rule. Never throws. */
export const decode = <Value>(bytes: Uint8Array, read: (from: Decoder) => Value): Value | undefined => {
  try {
    const from = decoding.createDecoder(bytes);
    const value = read(from);
    return decoding.hasContent(from) ? undefined : value;
  } catch {
    return undefined;
  }
};

/** Reads `length` bytes as a copy, so that what is kept does not hold the whole message. */
export const readBytes = (from: Decoder, length: number): Uint8Array =>
  decoding.readUint8Array(from, length).slice();

/** Reads bytes with their length in front, at most `maxLength` of them. */
export const readSized = (from: Decoder, maxLength: number): Uint8Array => {
  const length = decoding.readVarUint(from);
  if (length > maxLength) refuse("a field is too long");
  return readBytes(from, length);
};

/** Reads a count in front of a list whose entries take `minEntryBytes` at least, so that no count outgrows its bytes. */
export const readCount = (from: Decoder, max: number, minEntryBytes: number): number => {
  const count = decoding.readVarUint(from);
  const left = from.arr.length - from.pos;
  if (count > max || count * minEntryBytes > left) refuse("a list is too long");
  return count;
};

/** What is left, as a copy. */
export const readRest = (from: Decoder): Uint8Array => decoding.readTailAsUint8Array(from).slice();

/** Whether two byte strings are equal. Not in constant time: for public values only. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Joins byte strings. */
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
