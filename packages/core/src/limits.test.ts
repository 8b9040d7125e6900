import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { limits } from "./limits.js";

const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));
const values = new Map<string, number>(Object.entries(limits));
const readNumber = (text: string): number => Number(text.replaceAll(",", ""));

/** Pairs of a name and a number that `pattern` finds in a page. */
const pairsIn = (page: string, pattern: RegExp): [string, number][] =>
  [...readFileSync(docs + page, "utf8").matchAll(pattern)].map(([, name = "", value = ""]) => [
    name,
    readNumber(value),
  ]);

test("docs/limits.md names every limit once, with its value", () => {
  const documented = pairsIn("limits.md", /^\| `(\w+)` \| ([\d,]+) \|/gm);
  const byName = (a: [string, number], b: [string, number]): number => (a[0] < b[0] ? -1 : 1);
  expect(documented.sort(byName)).toEqual([...values].sort(byName));
});

test("wherever the docs give a limit's value in brackets, it is that value", () => {
  const pages = readdirSync(docs, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".md"));
  const quoted = pages.flatMap((page) =>
    pairsIn(page, /`(\w+)` \(([\d,]+)\)/g)
      .filter(([name]) => values.has(name))
      .map(([name, value]) => ({ page, name, value })),
  );
  expect(quoted.length).toBeGreaterThan(0);
  expect(quoted).toEqual(quoted.map((one) => ({ ...one, value: values.get(one.name) })));
});
