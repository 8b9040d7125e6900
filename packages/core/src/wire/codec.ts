import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

export type Encoder = encoding.Encoder;
export type Decoder = decoding.Decoder;

export { readVarString } from "lib0/decoding";
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

/** Reads one byte. lib0 reads on past the end, and gives undefined there. */
export const readUint8 = (from: Decoder): number =>
  from.pos < from.arr.length ? decoding.readUint8(from) : refuse("the bytes end early");

/**
 * Reads a number of up to 53 bits in its one shortest form. lib0 takes any number of leading zeros, and gives NaN or an
 * unsafe integer for some of them.
 */
export const readVarUint = (from: Decoder): number => {
  const begin = from.pos;
  const value = decoding.readVarUint(from);
  const isShortest = from.pos === begin + 1 || from.arr[from.pos - 1] !== 0;
  return isShortest && Number.isSafeInteger(value) ? value : refuse("a number is not in its shortest form");
};

/** Reads `length` bytes as a view: for what lives no longer than the message. */
export const readView = (from: Decoder, length: number): Uint8Array => decoding.readUint8Array(from, length);

/** Reads `length` bytes as a copy, so that what is kept does not hold the whole message. */
export const readBytes = (from: Decoder, length: number): Uint8Array => readView(from, length).slice();

/** Reads bytes with their length in front, at most `maxLength` of them. */
export const readSized = (from: Decoder, maxLength: number): Uint8Array => {
  const length = readVarUint(from);
  if (length > maxLength) refuse("a field is too long");
  return readBytes(from, length);
};

/** Reads a count in front of a list whose entries take `minEntryBytes` at least, so that no count outgrows its bytes. */
export const readCount = (from: Decoder, max: number, minEntryBytes: number): number => {
  const count = readVarUint(from);
  const left = from.arr.length - from.pos;
  if (count > max || count * minEntryBytes > left) refuse("a list is too long");
  return count;
};

/** What is left, as a copy. */
export const readRest = (from: Decoder): Uint8Array => decoding.readTailAsUint8Array(from).slice();

/** Whether two byte strings are equal. Not in constant time: for public values only. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

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
