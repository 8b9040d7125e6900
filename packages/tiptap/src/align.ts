import { limits } from "./limits.js";

/** How like two items are: 0 when one cannot become the other, higher the more of it stays. */
export type Likeness<T> = (before: T, after: T) => number;

/** A place in the old list and the place in the new one where the same item is. */
export type Pair = readonly [before: number, after: number];

/**
 * Pairs the items of an old list with those of a new one, in order, so that as much as possible stays what it was:
 * first the same objects (`same`), then, between those, the likest. What is in no pair was removed or added.
 */
export const align = <T>(
  before: readonly T[],
  after: readonly T[],
  same: (before: T, after: T) => boolean,
  likeness: Likeness<T>,
): Pair[] => {
  const pairs: Pair[] = [];
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && sameAt(before, from, after, from, same)) {
    pairs.push([from, from]);
    from++;
  }
  let beforeTo = before.length;
  let afterTo = after.length;
  const tail: Pair[] = [];
  while (beforeTo > from && afterTo > from && sameAt(before, beforeTo - 1, after, afterTo - 1, same)) {
    tail.push([--beforeTo, --afterTo]);
  }
  let beforeFrom = from;
  let afterFrom = from;
  for (const [left, right] of [
    ...anchors(before, after, from, beforeTo, afterTo),
    [beforeTo, afterTo] as const,
  ]) {
    pairs.push(...alignGap(before, after, beforeFrom, left, afterFrom, right, likeness));
    if (left < beforeTo) pairs.push([left, right]);
    beforeFrom = left + 1;
    afterFrom = right + 1;
  }
  return [...pairs, ...tail.reverse()];
};

const sameAt = <T>(
  before: readonly T[],
  at: number,
  after: readonly T[],
  to: number,
  same: (before: T, after: T) => boolean,
): boolean => {
  const [a, b] = [before[at], after[to]];
  return a !== undefined && b !== undefined && same(a, b);
};

// The longest run of identical objects that kept their order: what a move did not touch.
const anchors = <T>(
  before: readonly T[],
  after: readonly T[],
  from: number,
  beforeTo: number,
  afterTo: number,
): Pair[] => {
  const places = new Map<T, number>();
  after.slice(from, afterTo).forEach((item, index) => {
    if (!places.has(item)) places.set(item, from + index);
  });
  interface Chain {
    readonly pair: Pair;
    readonly previous: Chain | undefined;
  }
  // Patience sorting: ends[n] is the chain of n + 1 pairs that ends earliest in the new list.
  const ends: Chain[] = [];
  before.slice(from, beforeTo).forEach((item, index) => {
    const place = places.get(item);
    if (place === undefined) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.pair[1] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    ends[low] = { pair: [from + index, place], previous: ends[low - 1] };
  });
  const found: Pair[] = [];
  for (let chain = ends.at(-1); chain !== undefined; chain = chain.previous) found.push(chain.pair);
  return found.reverse();
};

const alignGap = <T>(
  before: readonly T[],
  after: readonly T[],
  beforeFrom: number,
  beforeTo: number,
  afterFrom: number,
  afterTo: number,
  likeness: Likeness<T>,
): Pair[] => {
  const rows = before.slice(beforeFrom, beforeTo);
  const columns = after.slice(afterFrom, afterTo);
  const width = columns.length;
  const inOrder = rows.length * width > limits.maxAlignCells;
  const alike = rows.map((row) => columns.map((column) => (inOrder ? 0 : likeness(row, column))));
  const pairs: Pair[] = [];
  if (inOrder) {
    for (let index = 0; index < Math.min(rows.length, width); index++) {
      const [row, column] = [rows[index], columns[index]];
      if (row !== undefined && column !== undefined && likeness(row, column) > 0) {
        pairs.push([beforeFrom + index, afterFrom + index]);
      }
    }
    return pairs;
  }
  // best[row][column]: the greatest sum of likeness that pairs of the items from here on can reach.
  const best = Array.from({ length: rows.length + 1 }, () => new Array<number>(width + 1).fill(0));
  const at = (row: number, column: number): number => best[row]?.[column] ?? 0;
  const paired = (row: number, column: number): number => {
    const value = alike[row]?.[column] ?? 0;
    return value > 0 ? value + at(row + 1, column + 1) : 0;
  };
  for (let row = rows.length - 1; row >= 0; row--) {
    for (let column = width - 1; column >= 0; column--) {
      const line = best[row];
      if (line) line[column] = Math.max(paired(row, column), at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows.length && column < width; ) {
    if (paired(row, column) > 0 && paired(row, column) === at(row, column)) {
      pairs.push([beforeFrom + row++, afterFrom + column++]);
    } else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return pairs;
};
