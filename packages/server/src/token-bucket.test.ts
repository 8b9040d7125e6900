import { expect, test } from "vitest";
import { createManualClock } from "../test/manual-clock.js";
import { TokenBucket } from "./token-bucket.js";

test("a burst, then the rate, never more than the burst", () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(3, 2, clock);
  const takeAll = (): number => {
    let taken = 0;
    while (bucket.take(1)) taken += 1;
    return taken;
  };
  expect(takeAll()).toBe(3);
  clock.advance(999);
  expect(takeAll()).toBe(1);
  clock.advance(1);
  expect(takeAll()).toBe(1);
  clock.advance(60_000);
  expect(takeAll()).toBe(3);
});

test("what is too much at once takes nothing", () => {
  const bucket = new TokenBucket(3, 1, createManualClock());
  expect(bucket.take(4)).toBe(false);
  expect(bucket.take(3)).toBe(true);
});

test("a clock that is set back gives and takes nothing", () => {
  let now = 10_000;
  const bucket = new TokenBucket(1, 1, { now: () => now, setTimer: () => () => undefined });
  expect(bucket.take(1)).toBe(true);
  now = 0;
  expect(bucket.take(1)).toBe(false);
  now = 1_000;
  expect(bucket.take(1)).toBe(true);
});
