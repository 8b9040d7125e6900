import * as fc from "fast-check";
import { expect, test } from "vitest";
import { padmeLength } from "./padme.js";

test("padding never shortens, costs at most 12 %, and stays below the next power of two", () => {
  void fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 30 }), (length) => {
      const padded = padmeLength(length);
      expect(padded).toBeGreaterThanOrEqual(length);
      expect(padded).toBeLessThanOrEqual(Math.ceil(length * 1.12));
      expect(padmeLength(padded)).toBe(padded);
    }),
  );
});

test("up to 262,144 bytes there are few lengths to tell apart", () => {
  const lengths = new Set(Array.from({ length: 262_144 }, (_, length) => padmeLength(length + 1)));
  expect(lengths.size).toBe(236);
});

// From the definition in the paper: 2^E ≤ L, S = ⌊log2 E⌋ + 1 bits of the mantissa stay.
test.each([
  [0, 0],
  [1, 1],
  [8, 8],
  [9, 10],
  [100, 104],
  [1000, 1024],
  [1025, 1088],
  [100_000, 100_352],
])("%i bytes become %i", (length, padded) => {
  expect(padmeLength(length)).toBe(padded);
});
