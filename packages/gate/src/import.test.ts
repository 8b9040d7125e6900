import { expect, test } from "vitest";
import * as Y from "yjs";
import { createGate } from "./gate.js";
import { keepPure } from "./pure-doc.js";
import {
  anyBytes,
  buildUpdate,
  collected,
  fromHex,
  type Sketch,
  text,
  type,
} from "./testing/build-update.js";
import { canonicalState, runHonestSession, shuffleCausally } from "./testing/honest-session.js";
import { scaleOf } from "./testing/scale.js";
import { SeededRandom } from "./testing/seeded-random.js";
import type { ImportCandidate, RefusalReason, Verdict } from "./verdict.js";

const none = new Map<number, number>();
const at = (client: number, clock: number) => ({ client, clock });

const importOf = (update: Uint8Array, about: Partial<ImportCandidate> = {}): ImportCandidate => ({
  update,
  version: 1,
  ownedClients: new Set([1000]),
  deps: none,
  ...about,
});

const { seed: firstSeed, count } = scaleOf(500);

test("a document of several authors is taken whole, in both encodings", { timeout: 3_600_000 }, () => {
  for (let seed = firstSeed; seed < firstSeed + Math.ceil(count / 50); seed++) {
    const { authors, gate: theirs } = runHonestSession(seed, 50);
    const doc = authors[0]?.doc ?? new Y.Doc();
    const forms = [Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdateV2(doc), theirs.encodeState()];
    for (const [index, update] of forms.entries()) {
      const gate = createGate();
      const verdict = gate.admitImport(importOf(update, { version: index === 0 ? 1 : 2 }));
      if (!verdict.ok) expect.fail(`seed ${seed}, form ${index}: ${verdict.reason}`);
      const copy = new Y.Doc();
      for (const slice of verdict.slices) Y.applyUpdate(copy, slice);
      expect(canonicalState(copy), `seed ${seed}`).toBe(canonicalState(doc));
      expect(gate.vector()).toEqual(theirs.vector());
    }
  }
});

test("an import and concurrent edits come to the same in every order", () => {
  for (let seed = firstSeed; seed < firstSeed + 10; seed++) {
    const room = runHonestSession(seed, 25);
    const elsewhere = runHonestSession(seed + 1_000_000, 25);
    const ownedClients = new Set(room.authors.map(({ doc }) => doc.clientID));
    if (elsewhere.authors.some(({ doc }) => ownedClients.has(doc.clientID))) continue;
    const update = Y.encodeStateAsUpdate(elsewhere.authors[0]?.doc ?? new Y.Doc());
    const results = [0, 1, 2].map((order) => {
      const random = new SeededRandom(seed + order);
      const gate = createGate();
      const app = new Y.Doc();
      keepPure(app);
      const blocks = shuffleCausally(room.blocks, room.authors.length, random);
      const importAt = random.below(blocks.length + 1);
      const take = (verdict: Verdict): void => {
        if (!verdict.ok) expect.fail(`seed ${seed}: ${verdict.reason}`);
        for (const slice of verdict.slices) Y.applyUpdate(app, slice);
      };
      for (let index = 0; index <= blocks.length; index++) {
        if (index === importAt) take(gate.admitImport(importOf(update, { ownedClients })));
        const block = blocks[index];
        if (block) take(gate.admit(block.candidate));
      }
      return [canonicalState(app), Buffer.from(gate.encodeState()).toString("base64")];
    });
    expect(results[1], `seed ${seed}`).toEqual(results[0]);
    expect(results[2], `seed ${seed}`).toEqual(results[0]);
  }
});

test("authors write on top of an import, and it may come again", () => {
  const gate = createGate();
  const seeded = importOf(buildUpdate(7, 0, [{ parent: "t", ...text("title") }]));
  expect(gate.admitImport(seeded).ok).toBe(true);
  const update = buildUpdate(1000, 0, [{ origin: at(7, 4), ...text("!") }]);
  expect(gate.admit({ update, version: 1, client: 1000, clock: 0, deps: new Map([[7, 5]]) }).ok).toBe(true);
  expect(gate.admitImport(seeded).ok).toBe(true);
  expect(gate.vector()).toEqual(
    new Map([
      [7, 5],
      [1000, 1],
    ]),
  );
});

const parted = (client: number, clock: number, length: number): Uint8Array =>
  buildUpdate(7, 0, [], [{ client, ranges: [{ clock, length }] }]);

const refusals: [string, RefusalReason, () => ImportCandidate][] = [
  ["it speaks for an author", "owned-client", () => importOf(buildUpdate(1000, 0, [text("x")]))],
  [
    "it uses a client that only authors have",
    "owned-client",
    () => importOf(buildUpdate(7, 0, [text("x")]), { maxClient: 6 }),
  ],
  ["it leaves clocks out", "clock-mismatch", () => importOf(buildUpdate(7, 3, [text("x")]))],
  [
    "it refers to what the importer had not",
    "unknown-reference",
    () => importOf(buildUpdate(7, 0, [{ origin: at(1000, 0), ...text("x") }])),
  ],
  ["it deletes what the importer had not", "future-delete", () => importOf(parted(1000, 0, 5))],
  [
    "the importer had what is not here",
    "not-ready",
    () => importOf(parted(1000, 0, 5), { deps: new Map([[1000, 50]]) }),
  ],
  [
    "neighbours are reversed",
    "not-adjacent",
    () => importOf(fromHex("01010500c4e80708e80702015100"), { deps: new Map([[1000, 11]]) }),
  ],
  [
    "neighbours are apart that their author wrote",
    "not-adjacent",
    () =>
      importOf(buildUpdate(7, 0, [text("abc"), { origin: at(7, 0), rightOrigin: at(7, 2), ...text("x") }])),
  ],
  ["a collected struct of length 0", "bad-length", () => importOf(buildUpdate(7, 0, [collected(0)]))],
  [
    "values stand under a key of a text",
    "content-not-allowed",
    () => importOf(buildUpdate(7, 0, [type(2), { parent: at(7, 0), ...anyBytes(Uint8Array.of(120)) }])),
  ],
  [
    "types are nested 20,000 deep",
    "types-too-deep",
    () =>
      importOf(
        buildUpdate(
          7,
          0,
          Array.from(
            { length: 20_000 },
            (_, index): Sketch => ({ ...(index > 0 ? { parent: at(7, index - 1) } : {}), ...type(0) }),
          ),
        ),
      ),
  ],
];

test.each(refusals)("an import is refused, and changes nothing, when %s", (_, reason, make) => {
  const gate = createGate();
  const update = buildUpdate(1000, 0, [{ parent: "t", ...text("hello world") }]);
  expect(gate.admit({ update, version: 1, client: 1000, clock: 0, deps: none }).ok).toBe(true);
  const before = gate.encodeState();
  expect(gate.admitImport(make())).toEqual({ ok: false, reason });
  expect(gate.encodeState()).toEqual(before);
});

test("an import that would cost Yjs a minute is refused before Yjs begins", () => {
  const gate = createGate();
  const crowd = (client: number): Uint8Array => {
    const prepend = (index: number): Sketch => ({
      parent: "t",
      ...(index > 0 ? { rightOrigin: at(client, index - 1) } : {}),
      ...text("x"),
    });
    return buildUpdate(
      client,
      0,
      Array.from({ length: 6_000 }, (_, index) => prepend(index)),
    );
  };
  const admitted = gate.admit({ update: crowd(1000), version: 1, client: 1000, clock: 0, deps: none });
  expect(admitted.ok).toBe(true);
  expect(gate.admitImport(importOf(crowd(5000)))).toEqual({ ok: false, reason: "too-costly" });
});

test("only declared roots, and what suits them", () => {
  const gate = createGate({ roots: { body: "xmlFragment", title: "text" } });
  const judge = (sketch: Sketch): unknown =>
    gate.check({ update: buildUpdate(5, 0, [sketch]), version: 1, client: 5, clock: 0, deps: none });
  expect(judge({ parent: "title", ...text("x") })).toMatchObject({ ok: true });
  expect(judge({ parent: "body", ...type(3) })).toMatchObject({ ok: true });
  expect(judge({ parent: "body", ...text("x") })).toEqual({ ok: false, reason: "content-not-allowed" });
  expect(judge({ parent: "body", ...type(1) })).toEqual({ ok: false, reason: "content-not-allowed" });
  expect(judge({ parent: "other", ...text("x") })).toEqual({ ok: false, reason: "unknown-root" });
});

test("a closed gate refuses", () => {
  const gate = createGate();
  gate.close();
  expect(gate.admitImport(importOf(Uint8Array.of(0, 0)))).toEqual({ ok: false, reason: "broken" });
});
