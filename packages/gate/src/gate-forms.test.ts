import { expect, test } from "vitest";
import * as Y from "yjs";
import { createGate } from "./gate.js";
import { buildUpdate, text } from "./testing/build-update.js";
import type { Candidate, Verdict } from "./verdict.js";

const admitV2 = (write: (doc: Y.Doc) => void): Verdict => {
  const doc = new Y.Doc();
  doc.clientID = 5;
  write(doc);
  const update = Y.encodeStateAsUpdateV2(doc);
  return createGate().admit({ update, version: 2, client: 5, clock: 0, deps: new Map() });
};

test("version 2 is handed on as Yjs itself converts it", () => {
  const doc = new Y.Doc();
  doc.clientID = 5;
  doc.getText("t").insert(0, "hello 𝒳", { bold: { a: [1, "x"] } });
  doc.getArray("a").insert(0, [1, { b: 2n }, new Uint8Array([1]), new Y.Doc({ guid: "g", meta: { m: 1 } })]);
  doc.getXmlFragment("x").insert(0, [new Y.XmlElement("p"), new Y.XmlText("y")]);
  doc.getText("t").delete(1, 2);
  const update = Y.encodeStateAsUpdateV2(doc);
  const verdict = createGate().admit({ update, version: 2, client: 5, clock: 0, deps: new Map() });
  expect(verdict).toMatchObject({ ok: true, bytes: Y.convertUpdateFormatV2ToV1(update) });
});

test("values that version 1 cannot say are said as nearly as it can", () => {
  const verdict = admitV2((doc) => doc.getText("t").insertEmbed(0, { big: 2n, gone: undefined }));
  if (!verdict.ok) expect.fail(verdict.reason);
  const copy = new Y.Doc();
  Y.applyUpdate(copy, verdict.bytes);
  expect(copy.getText("t").toDelta()).toEqual([{ insert: { big: 2 } }]);
});

test("an update with nothing in it is harmless", () => {
  const empty = { update: Uint8Array.of(0, 0), version: 1, client: 5, clock: 0, deps: new Map() } as const;
  expect(createGate().admit(empty)).toMatchObject({ ok: true, cost: 0 });
});

test("deps say what the author had when he wrote, not when he sent", () => {
  const gate = createGate();
  const insertBehindFirst = (client: number, deps: readonly (readonly [number, number])[]): Candidate => {
    const place = { origin: { client: 1000, clock: 0 }, rightOrigin: { client: 1000, clock: 1 } };
    const update = buildUpdate(client, 0, [{ ...place, ...text("x") }]);
    return { update, version: 1, client, clock: 0, deps: new Map(deps) };
  };
  const start = buildUpdate(1000, 0, [text("ab")]);
  gate.admit({ update: start, version: 1, client: 1000, clock: 0, deps: new Map() });
  expect(gate.admit(insertBehindFirst(7, [[1000, 2]])).ok).toBe(true);
  const late = insertBehindFirst(5, [
    [1000, 2],
    [7, 1],
  ]);
  expect(gate.check(late)).toEqual({ ok: false, reason: "not-adjacent" });
  expect(gate.check(insertBehindFirst(5, [[1000, 2]])).ok).toBe(true);
});
