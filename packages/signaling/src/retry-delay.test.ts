import { expect, test } from "vitest";
import { retryDelayMs } from "./retry-delay.js";

test("the wait lies anywhere below a bound that doubles from 0.5 s to 30 s", () => {
  const bounds = [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((failures) => retryDelayMs(failures, 1));
  expect(bounds).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(retryDelayMs(8, 0.5)).toBe(15_000);
  expect(retryDelayMs(8, 0)).toBe(0);
});
