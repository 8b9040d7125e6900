import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as codec from "./codec.js";

const varUint = (bytes: readonly number[]): number | undefined =>
  codec.decode(Uint8Array.from(bytes), codec.readVarUint);

test("decode of an encoded number is that number, over all 53 bits", () => {
  void fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = codec.encode((to) => codec.writeVarUint(to, value));
      expect(codec.decode(bytes, codec.readVarUint)).toBe(value);
    }),
  );
});

test.each([
  ["ends early", [0x80]],
  ["is empty", []],
  ["has a leading zero", [0x80, 0x00]],
  ["has many leading zeros", [...new Array<number>(200).fill(0x80), 0x00]],
  ["is infinite by its length", [...new Array<number>(200).fill(0x80), 0x01]],
  ["is 2^53", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]],
  ["is above 2^55", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
])("a number that %s is refused", (_, bytes) => {
  expect(varUint(bytes)).toBeUndefined();
});

test("decode refuses what holds more, or less, than is read", () => {
  const read = (from: codec.Decoder): number => codec.readUint8(from) + codec.readUint8(from);
  expect(codec.decode(Uint8Array.of(1, 2), read)).toBe(3);
  expect(codec.decode(Uint8Array.of(1, 2, 3), read)).toBeUndefined();
  expect(codec.decode(Uint8Array.of(1), read)).toBeUndefined();
});

test("a byte past the end is not undefined but refused", () => {
  let reached = false;
  codec.decode(new Uint8Array(0), (from) => {
    codec.readUint8(from);
    reached = true;
  });
  expect(reached).toBe(false);
});

test("no length or count asks for more than is there", () => {
  const huge = codec.encode((to) => codec.writeVarUint(to, 2 ** 40));
  expect(codec.decode(huge, (from) => codec.readSized(from, Number.MAX_SAFE_INTEGER))).toBeUndefined();
  expect(codec.decode(huge, (from) => codec.readCount(from, Number.MAX_SAFE_INTEGER, 1))).toBeUndefined();
  const three = Uint8Array.of(3, 1, 2, 3);
  expect(codec.decode(three, (from) => codec.readSized(from, 2))).toBeUndefined();
  expect(codec.decode(three, (from) => codec.readSized(from, 3))).toEqual(Uint8Array.of(1, 2, 3));
});

test("readBytes copies: what is kept holds no more than itself", () => {
  const message = new Uint8Array(1000);
  const kept = codec.decode(message.subarray(0, 4), (from) => codec.readBytes(from, 4));
  expect(kept?.buffer.byteLength).toBe(4);
});

test("sameBytes is equality", () => {
  const bytes = fc.uint8Array({ maxLength: 4, max: 2 });
  void fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(codec.sameBytes(a, b)).toBe(a.join() === b.join());
    }),
  );
});
