import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../test/fake-clock.js";
import { fakeRandom } from "../test/fake-random.js";
import { backOffMs } from "./back-off.js";
import { Budget } from "./budget.js";

test("a budget gives its burst, then one for each refill time", async () => {
  const clock = new FakeClock();
  const budget = new Budget(3, 1_000, clock);
  for (let taken = 0; taken < 3; taken++) {
    expect(budget.waitMs()).toBe(0);
    budget.take();
  }
  expect(budget.waitMs()).toBe(1_000);
  await clock.advance(400);
  expect(budget.waitMs()).toBe(600);
  await clock.advance(600);
  expect(budget.waitMs()).toBe(0);
  budget.take();
  expect(budget.waitMs()).toBe(1_000);
  budget.refill();
  expect(budget.waitMs()).toBe(0);
});

test("a clock that is set back gives nothing for free", () => {
  let now = 1_000_000;
  const budget = new Budget(1, 1_000, { now: () => now, setTimer: () => () => undefined });
  budget.take();
  now -= 500_000;
  expect(budget.waitMs()).toBe(1_000);
  now += 1_000;
  expect(budget.waitMs()).toBe(0);
});

test("the back-off doubles within a quarter each way and never passes its longest", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(), (attempt, seed) => {
      const delay = backOffMs(attempt, 500, 30_000, fakeRandom(seed));
      const middle = Math.min(30_000, 500 * 2 ** attempt);
      expect(delay).toBeGreaterThanOrEqual(middle * 0.75);
      expect(delay).toBeLessThanOrEqual(Math.min(30_000, middle * 1.25));
    }),
  );
});
