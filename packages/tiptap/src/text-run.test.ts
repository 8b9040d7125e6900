import { Schema } from "@tiptap/pm/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TextRun } from "./text-run.js";

const schema = new Schema({ nodes: { doc: { content: "text*" }, text: {} } });
const run = (text: string): TextRun => new TextRun(text === "" ? [] : [schema.text(text)]);

test("replacing the changed part gives the new text, and no emoji is cut in two", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "😀", "😁", "👍"), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const [start, end, nextEnd] = run(before).changedIn(run(after));
      const inserted = after.slice(start, nextEnd);
      expect(before.slice(0, start) + inserted + before.slice(end)).toBe(after);
      for (const part of [inserted, before.slice(start, end), before.slice(0, start), before.slice(end)]) {
        expect(part).not.toMatch(/\p{Surrogate}/u);
      }
    }),
  );
});

test("a span tells where its node begins and ends", () => {
  const line = new TextRun([schema.text("ab"), schema.text("cde")]);
  expect([0, 1, 2, 4, 5].map((at) => line.spanAt(at)?.from)).toEqual([0, 0, 2, 2, undefined]);
});
