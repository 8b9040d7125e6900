import fc from "fast-check";
import { expect, test } from "vitest";
import { align } from "./align.js";
import { limits } from "./limits.js";

interface Item {
  readonly kind: string;
  readonly text: string;
}

const item = (text: string, kind = "p"): Item => ({ kind, text });
const same = (a: Item, b: Item): boolean => a === b || (a.kind === b.kind && a.text === b.text);
const likeness = (a: Item, b: Item): number => {
  if (a.kind !== b.kind) return 0;
  let common = 0;
  while (common < Math.min(a.text.length, b.text.length) && a.text[common] === b.text[common]) common++;
  return 1 + common;
};
const pairs = (before: Item[], after: Item[]): (readonly [number, number])[] =>
  align(before, after, same, likeness);

test("a change in the middle pairs the changed item", () => {
  const [a, b, c] = [item("a"), item("b"), item("c")];
  expect(pairs([a, b, c], [a, item("bb"), c])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
});

test("a moved item is taken out and put in; the others stay", () => {
  const [a, b, c] = [item("a"), item("b"), item("c")];
  expect(pairs([a, b, c], [c, a, b])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("of two halves the likest keeps the item", () => {
  expect(pairs([item("hello world")], [item("hello"), item(" world")])).toEqual([[0, 0]]);
  expect(pairs([item("hello world")], [item(""), item("hello world!")])).toEqual([[0, 1]]);
});

test("an item never becomes one of another kind", () => {
  expect(pairs([item("x", "p")], [item("x", "h")])).toEqual([]);
});

test("pairs are in order, each place once, of like kinds, whatever the lists", () => {
  const pool = ["a", "b", "ab", ""].flatMap((text) => [item(text, "p"), item(text, "h")]);
  const list = fc.array(fc.constantFrom(...pool), { maxLength: 12 });
  fc.assert(
    fc.property(list, list, (before, after) => {
      let [lastBefore, lastAfter] = [-1, -1];
      for (const [from, to] of pairs(before, after)) {
        expect(from).toBeGreaterThan(lastBefore);
        expect(to).toBeGreaterThan(lastAfter);
        expect(before[from]?.kind).toBe(after[to]?.kind);
        [lastBefore, lastAfter] = [from, to];
      }
      if (before.length === after.length && before.every((one, index) => one === after[index])) {
        expect(lastBefore).toBe(before.length - 1);
      }
    }),
  );
});

test("long lists that have nothing in common are paired in order, without comparing all with all", () => {
  const size = limits.maxAlignCells;
  const before = Array.from({ length: size }, (_, index) => item(`old ${index}`));
  const after = Array.from({ length: size }, (_, index) => item(`new ${index}`));
  let compared = 0;
  const found = align(before, after, same, (a, b) => {
    compared++;
    return likeness(a, b);
  });
  expect(found.length).toBe(size);
  expect(compared).toBe(size);
});
