import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.js";
import { sameBytes } from "../wire/codec.js";
import { cutFrames, FrameJoiner } from "./frames.js";

const join = (joiner: FrameJoiner, frames: readonly Uint8Array[]): (Uint8Array | "malformed" | undefined)[] =>
  frames.map((frame) => joiner.take(frame));

test("joining what was cut gives the message back, whatever its length", () => {
  const joiner = new FrameJoiner();
  const edge = limits.maxFrameBytes - 1;
  const lengths = fc.oneof(fc.nat(3 * edge), fc.constantFrom(0, 1, edge - 1, edge, edge + 1, 2 * edge));
  void fc.assert(
    fc.property(lengths, fc.nat(255), (length, byte) => {
      const message = new Uint8Array(length).fill(byte);
      const frames = cutFrames(message);
      for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(limits.maxFrameBytes);
      const joined = join(joiner, frames);
      const last = joined.pop();
      expect(last instanceof Uint8Array && sameBytes(last, message)).toBe(true);
      expect(joined.every((one) => one === undefined)).toBe(true);
    }),
  );
});

test("random frames never throw", () => {
  const joiner = new FrameJoiner();
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (frame) => {
      const taken = joiner.take(frame);
      if (frame.length === 0 || (frame[0] ?? 0) > 1) expect(taken).toBe("malformed");
    }),
  );
});

test("a frame above the limit, and a message above the limit, are malformed", () => {
  expect(new FrameJoiner().take(new Uint8Array(limits.maxFrameBytes + 1))).toBe("malformed");
  const joiner = new FrameJoiner();
  const more = new Uint8Array(limits.maxFrameBytes).fill(1, 0, 1);
  const count = Math.floor(limits.maxMessageBytes / (more.length - 1));
  for (let at = 0; at < count; at++) expect(joiner.take(more)).toBeUndefined();
  expect(joiner.take(more)).toBe("malformed");
});
