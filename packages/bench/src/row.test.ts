import { expect, test } from "vitest";
import { type Comparison, compare, formatFigure, formatTable, median } from "./row.js";

const comparison: Comparison = {
  name: "opening",
  peerName: "plain Yjs",
  unit: " ms",
  peer: [100, 200, 50],
  ours: [60, 80, 45],
  limit: "15 ms",
  aim: { of: "ratio", atMost: 0.5 },
};

test("a row shows medians, and the median and the smallest of the ratios of the rounds", () => {
  expect(compare(comparison)).toEqual({
    name: "opening",
    peer: "plain Yjs: 100 ms",
    ours: "60 ms",
    ratio: "0.6× (min 0.4×)",
    limit: "15 ms",
    aim: "≤ 0.5×",
    met: false,
  });
});

test("an aim may be a figure of ours alone, and a peer may never finish", () => {
  const row = compare({
    ...comparison,
    peer: [Number.POSITIVE_INFINITY],
    ours: [60],
    aim: { of: "value", atMost: 60 },
  });
  expect(row).toMatchObject({ peer: "plain Yjs: never", ratio: "0×", aim: "≤ 60 ms", met: true });
});

test("what could not be measured meets no aim", () => {
  expect(compare({ ...comparison, ours: [] }).met).toBe(false);
});

test("the median of even and odd counts", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test("figures keep three digits that count", () => {
  expect([12_345.6, 99.96, 1.234, 0.012_34, 0].map(formatFigure)).toEqual([
    "12,346",
    "100",
    "1.23",
    "0.0123",
    "0",
  ]);
});

test("the table is Markdown with a cell for every column", () => {
  expect(formatTable([compare(comparison)]).split("\n")).toEqual([
    "| row | peer | ours | ratio | limit | aim | met? |",
    "|---|---|---|---|---|---|---|",
    "| opening | plain Yjs: 100 ms | 60 ms | 0.6× (min 0.4×) | 15 ms | ≤ 0.5× | **no** |",
  ]);
});
