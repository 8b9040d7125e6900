import { expect, test } from "vitest";
import { orderKeyBetween } from "./order-key.js";

test("a key lies between its neighbours, however often one asks", () => {
  let low: string | undefined;
  let high: string | undefined;
  for (let round = 0; round < 200; round++) {
    const key = orderKeyBetween(low, high);
    if (low !== undefined) expect(key > low).toBe(true);
    if (high !== undefined) expect(key < high).toBe(true);
    if (round % 3 === 0) high = key;
    else low = key;
  }
});

test("keys appended one after another ascend and stay short", () => {
  const keys: string[] = [];
  for (let count = 0; count < 100; count++) keys.push(orderKeyBetween(keys.at(-1), undefined));
  expect([...keys].sort()).toEqual(keys);
  expect(keys.at(-1)?.length).toBeLessThan(25);
});

test("keys that make no sense still give an answer that sorts after the lower one", () => {
  expect(orderKeyBetween("V", "V") > "V").toBe(true);
  expect(orderKeyBetween("z", "a") > "z").toBe(true);
  expect(orderKeyBetween("~?", "!").length).toBeGreaterThan(0);
});
