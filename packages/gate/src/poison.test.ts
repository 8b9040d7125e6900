import * as encoding from "lib0/encoding";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { createGate, type Gate } from "./gate.js";
import { limits } from "./limits.js";
import {
  anyBytes,
  buildUpdate,
  collected,
  fromHex,
  type Sketch,
  subdocument,
  text,
  type,
} from "./testing/build-update.js";
import type { Candidate, RefusalReason } from "./verdict.js";
import { contentRef } from "./wire-update.js";

const victim = 1000;
const attacker = 5;

/** A gate on "hello world" by the victim. */
const gateOfVictim = (): Gate => {
  const gate = createGate();
  const update = buildUpdate(victim, 0, [{ parent: "t", ...text("hello world") }]);
  expect(gate.admit({ update, version: 1, client: victim, clock: 0, deps: new Map() }).ok).toBe(true);
  return gate;
};

const fromAttacker = (update: Uint8Array, about: Partial<Candidate> = {}): Candidate => ({
  update,
  version: 1,
  client: attacker,
  clock: 0,
  deps: new Map([[victim, 11]]),
  ...about,
});

const at = (client: number, clock: number) => ({ client, clock });

/** `count` structs, each made from its number. */
const many = (count: number, make: (index: number) => Sketch): Uint8Array =>
  buildUpdate(
    attacker,
    0,
    Array.from({ length: count }, (_, index) => make(index)),
  );

const nestedAny = (depth: number): Uint8Array =>
  Uint8Array.from([...Array.from({ length: depth }, () => [117, 1]).flat(), 126]);

const json = (value: string): Pick<Sketch, "ref" | "content"> => ({
  ref: contentRef.embed,
  content: encoding.encode((to) => encoding.writeVarString(to, value)),
});

const protoAny = encoding.encode((to) => {
  encoding.writeUint8(to, 118);
  encoding.writeVarUint(to, 1);
  encoding.writeVarString(to, "__proto__");
  encoding.writeAny(to, { isAdmin: true });
});

/** Version 2 by its columns: key clocks, clients, left clocks, right clocks, infos, strings, parent infos, type refs, lengths. */
const version2 = (columns: readonly Uint8Array[], rest: Uint8Array): Uint8Array =>
  encoding.encode((to) => {
    encoding.writeVarUint(to, 0);
    for (const column of columns) encoding.writeVarUint8Array(to, column);
    encoding.writeUint8Array(to, rest);
  });

const none = new Uint8Array();

const uintRun = (value: number, count: number): Uint8Array => {
  const encoder = new encoding.UintOptRleEncoder();
  encoder.s = value;
  encoder.count = count;
  return encoder.toUint8Array();
};

const varUints = (...values: number[]): Uint8Array =>
  encoding.encode((to) => {
    for (const value of values) encoding.writeVarUint(to, value);
  });

/** `count` collected structs in some 25 bytes. */
const runOfCollected = (count: number): Uint8Array =>
  version2(
    [
      none,
      uintRun(attacker, 1),
      none,
      none,
      Uint8Array.of(0),
      Uint8Array.of(0),
      none,
      none,
      uintRun(1, count),
    ],
    varUints(1, count, 0, 0),
  );

/** 65,536 formats that name one key of 4,096 characters: 65 KB that come to 268 MB. */
const repeatedKey = (): Uint8Array => {
  const count = limits.maxStructs;
  const strings = new encoding.StringEncoder();
  strings.write("t");
  strings.write("k".repeat(4096));
  const sameKey = encoding.encode((to) => {
    encoding.writeVarInt(to, 1);
    encoding.writeVarUint(to, count - 2);
  });
  const nextClock = encoding.encode((to) => {
    encoding.writeVarInt(to, 0);
    encoding.writeVarInt(to, 3);
    encoding.writeVarUint(to, count - 4);
  });
  const infos = encoding.encode((to) => {
    encoding.writeUint8(to, 6);
    encoding.writeVarUint(to, 0);
    encoding.writeUint8(to, 128 | 6);
  });
  const rest = encoding.encode((to) => {
    encoding.writeUint8Array(to, varUints(1, count, 0));
    for (let left = count; left > 0; left--) encoding.writeUint8(to, 126);
    encoding.writeVarUint(to, 0);
  });
  const clients = uintRun(attacker, count);
  return version2(
    [sameKey, clients, nextClock, none, infos, strings.toUint8Array(), Uint8Array.of(1), none, none],
    rest,
  );
};

const parted = (ranges: { clock: number; length: number }[]): Uint8Array =>
  buildUpdate(attacker, 0, [], [{ client: victim, ranges }]);

interface Poison {
  readonly candidate: Candidate;
  readonly reason: RefusalReason;
}

const poison = (reason: RefusalReason, update: Uint8Array, about?: Partial<Candidate>): Poison => ({
  candidate: fromAttacker(update, about),
  reason,
});

const poisons: Record<string, () => Poison> = {
  "a collected struct of length 0 bricks every later load": () =>
    poison("bad-length", fromHex("01010500000000")),
  "a deleted struct of length 0 does the same": () => poison("bad-length", fromHex("01010500010101740000")),
  "8 bytes allocate 256 MB": () => poison("too-many-structs", fromHex("01ffffff0f010000")),
  "the victim's future is deleted": () => poison("future-delete", fromHex("0001e80701058080808080808002")),
  "the victim's near future is deleted": () => poison("future-delete", parted([{ clock: 5, length: 7 }])),
  "the victim's clocks are grabbed": () => poison("bad-length", fromHex("0101e8070500808080808080800200")),
  "some of the victim's clocks are grabbed": () =>
    poison("foreign-client", buildUpdate(victim, 11, [collected(100)])),
  "neighbours are reversed": () => poison("not-adjacent", fromHex("01010500c4e80708e80702015100")),
  "neighbours are apart": () =>
    poison(
      "not-adjacent",
      buildUpdate(attacker, 0, [{ origin: at(victim, 2), rightOrigin: at(victim, 8), ...text("x") }]),
    ),
  "only the left neighbour is told, in the middle": () =>
    poison("not-adjacent", buildUpdate(attacker, 0, [{ origin: at(victim, 2), ...text("x") }])),
  "only the right neighbour is told, in the middle": () =>
    poison("not-adjacent", buildUpdate(attacker, 0, [{ rightOrigin: at(victim, 2), ...text("x") }])),
  "a list begins anew beside its elements": () =>
    poison("not-adjacent", buildUpdate(attacker, 0, [{ parent: "t", ...text("x") }])),
  "a neighbour that the author does not claim to know": () =>
    poison("unknown-reference", buildUpdate(attacker, 0, [{ origin: at(victim, 10), ...text("x") }]), {
      deps: new Map([[victim, 5]]),
    }),
  "an own element that is still to come": () =>
    poison("unknown-reference", buildUpdate(attacker, 0, [{ origin: at(attacker, 0), ...text("x") }])),
  "a dependency that nobody has": () =>
    poison("not-ready", buildUpdate(attacker, 0, [{ parent: "u", ...text("x") }]), {
      deps: new Map([[77, 1]]),
    }),
  "clocks are skipped": () =>
    poison("clock-mismatch", buildUpdate(attacker, 3, [{ parent: "u", ...text("x") }])),
  "a skip struct": () => poison("unknown-struct", fromHex("010105000a0500")),
  "an unknown content": () => poison("unknown-struct", fromHex("010105000b01017400")),
  "an unknown shared type": () => poison("unknown-type", buildUpdate(attacker, 0, [type(7)])),
  "an empty string": () => poison("bad-length", buildUpdate(attacker, 0, [text("")])),
  "text that is no UTF-8": () => poison("bad-text", fromHex("01010500040101740180" + "00")),
  "a number in two bytes that fits one": () =>
    poison("number-not-canonical", fromHex("0101050084850000017800")),
  "a length behind the end reads the memory around": () => {
    const pool = new Uint8Array(256).fill(0x53);
    const update = fromHex("010105000401017440414141");
    pool.set(update, 16);
    return poison("truncated", pool.subarray(16, 16 + update.length));
  },
  "bytes after the end": () => poison("trailing-bytes", Uint8Array.of(0, 0, 0)),
  "the key __proto__": () =>
    poison(
      "forbidden-name",
      buildUpdate(attacker, 0, [{ key: "__proto__", ...anyBytes(Uint8Array.of(126)) }]),
    ),
  "the root __proto__": () =>
    poison("forbidden-name", buildUpdate(attacker, 0, [{ parent: "__proto__", ...text("x") }])),
  "an object with __proto__": () => poison("forbidden-name", buildUpdate(attacker, 0, [anyBytes(protoAny)])),
  "JSON with __proto__": () =>
    poison("forbidden-name", buildUpdate(attacker, 0, [json('{"__proto__":{"a":1}}')])),
  "JSON with an escaped __proto__": () =>
    poison("forbidden-name", buildUpdate(attacker, 0, [json('[{"\\u005f_proto__":{"a":1}}]')])),
  "JSON that is none": () => poison("bad-value", buildUpdate(attacker, 0, [json("{")])),
  "a subdocument with another guid": () =>
    poison("bad-subdocument", buildUpdate(attacker, 0, [subdocument("a", { guid: "b" })])),
  "a subdocument that loads at once": () =>
    poison("bad-subdocument", buildUpdate(attacker, 0, [subdocument("a", { shouldLoad: true })])),
  "arrays nested 20,000 deep": () =>
    poison(
      "types-too-deep",
      many(20_000, (index) => ({ ...(index > 0 ? { parent: at(attacker, index - 1) } : {}), ...type(0) })),
    ),
  "a value nested 20,000 deep": () =>
    poison("value-too-deep", buildUpdate(attacker, 0, [anyBytes(nestedAny(20_000))])),
  "JSON nested 20,000 deep": () =>
    poison("value-too-deep", buildUpdate(attacker, 0, [json("[".repeat(20_000) + "]".repeat(20_000))])),
  "a value that claims 2^32 members": () =>
    poison("truncated", buildUpdate(attacker, 0, [anyBytes(fromHex("75ffffffff0f"))])),
  "100,000 root types": () =>
    poison(
      "too-many-structs",
      many(100_000, (index) => ({ parent: `r${index}`, ...text("x") })),
    ),
  "10,000 root types": () =>
    poison(
      "too-many-roots",
      many(10_000, (index) => ({ parent: `r${index}`, ...text("x") })),
    ),
  "10,000 subdocuments": () =>
    poison(
      "too-many-subdocuments",
      many(10_000, (index) => ({
        ...(index > 0 ? { origin: at(attacker, index - 1) } : {}),
        ...subdocument("d", {}),
      })),
    ),
  "1,000,000 collected structs": () => {
    const structs = new Uint8Array(2_000_000).map((_, index) => index % 2);
    const update = new Uint8Array(structs.length + 7);
    update.set(varUints(1, 1_000_000, attacker, 0));
    update.set(structs, 6);
    return poison("too-many-structs", update);
  },
  "20,000 elements with one origin and falling right origins": () => {
    const sketch = (index: number): Sketch => ({
      origin: at(victim, 0),
      rightOrigin: at(victim, 10 - (index % 9)),
      ...text("x"),
    });
    return poison("not-adjacent", many(20_000, sketch));
  },
  "100,000 unsorted deletions": () =>
    poison(
      "bad-delete-set",
      parted(Array.from({ length: 100_000 }, (_, index) => ({ clock: 200_000 - 2 * index, length: 1 }))),
    ),
  "25 bytes for 30,000,000 structs": () =>
    poison("too-many-structs", runOfCollected(30_000_000), { version: 2 }),
  "23 bytes for 2,000,000 structs": () =>
    poison("too-many-structs", runOfCollected(2_000_000), { version: 2 }),
  "one long key named 65,536 times": () => poison("too-large", repeatedKey(), { version: 2 }),
};

test.each(Object.entries(poisons))("%s: refused, quickly, and nothing is changed", (_, make) => {
  const { candidate, reason } = make();
  const gate = gateOfVictim();
  const before = gate.encodeState();
  expect(gate.check(candidate)).toEqual({ ok: false, reason });
  // Processor time, the quickest of five: the machine may be busy with other things.
  let quickestMs = Number.POSITIVE_INFINITY;
  const heapBefore = process.memoryUsage().heapUsed;
  for (let run = 0; run < 5; run++) {
    const start = process.cpuUsage();
    gate.admit(candidate);
    const { user, system } = process.cpuUsage(start);
    quickestMs = Math.min(quickestMs, (user + system) / 1_000);
  }
  expect(quickestMs).toBeLessThan(100);
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(5 * 33_554_432);
  expect(gate.encodeState()).toEqual(before);
  const honest = buildUpdate(victim, 11, [{ origin: at(victim, 10), ...text("!") }]);
  expect(gate.admit({ update: honest, version: 1, client: victim, clock: 11, deps: new Map() }).ok).toBe(
    true,
  );
});

test("what is handed on is a copy of exact size, also of a Node Buffer in a pool", () => {
  const pooled = Buffer.from(buildUpdate(attacker, 0, [{ parent: "u", ...text("x") }]));
  const verdict = gateOfVictim().check(fromAttacker(pooled));
  if (!verdict.ok) expect.fail(verdict.reason);
  expect(verdict.bytes).toEqual(new Uint8Array(pooled));
  expect(verdict.bytes.buffer.byteLength).toBe(pooled.length);
});

test("whoever may write may delete everything", () => {
  const verdict = gateOfVictim().admit(fromAttacker(parted([{ clock: 0, length: 11 }])));
  expect(verdict).toMatchObject({ ok: true, cost: 1 });
});

test("another content for a clock that is taken is refused", () => {
  const gate = gateOfVictim();
  const update = buildUpdate(attacker, 0, [{ parent: "u", ...text("one") }]);
  const other = buildUpdate(attacker, 0, [{ parent: "u", ...text("two") }]);
  expect(gate.admit(fromAttacker(update)).ok).toBe(true);
  expect(gate.admit(fromAttacker(other))).toEqual({ ok: false, reason: "clock-mismatch" });
});

test("eight honest updates that leave Yjs stuck for ever when it gets them in this order", () => {
  const given: [client: number, clock: number, deps: [number, number][], update: string][] = [
    [3, 0, [[2, 1]], "01010300840200016400"],
    [2, 3, [], "01010203c402010202016300"],
    [2, 1, [[1, 1]], "01010201440100016300"],
    [1, 2, [], "01010102440101016200"],
    [2, 0, [], "0101020004010174016400"],
    [1, 0, [], "0101010004010174016600"],
    [1, 1, [[2, 2]], "01010101440201016400"],
    [2, 2, [[1, 1]], "01010202c402010100016100"],
  ];
  const stuck = new Y.Doc();
  for (const [, , , update] of given) Y.applyUpdate(stuck, fromHex(update));
  expect(stuck.getText("t").toString()).not.toBe("bdccafdd");

  const gate = createGate();
  const doc = new Y.Doc();
  const waiting = [...given];
  for (let rounds = 8; waiting.length > 0 && rounds > 0; rounds--) {
    for (const next of [...waiting]) {
      const [client, clock, deps, update] = next;
      const verdict = gate.admit({ update: fromHex(update), version: 1, client, clock, deps: new Map(deps) });
      if (!verdict.ok) {
        expect(["not-ready", "clock-mismatch"]).toContain(verdict.reason);
        continue;
      }
      Y.applyUpdate(doc, verdict.bytes);
      waiting.splice(waiting.indexOf(next), 1);
    }
  }
  expect(doc.getText("t").toString()).toBe("bdccafdd");
});

test("stale prepends into 50,000 concurrent elements: legal, costly, and known to be so before Yjs begins", () => {
  const gate = createGate();
  const crowd = 50_000;
  const start = buildUpdate(victim, 0, [{ parent: "t", ...text("x") }]);
  expect(gate.admit({ update: start, version: 1, client: victim, clock: 0, deps: new Map() }).ok).toBe(true);
  const others = Array.from(
    { length: crowd },
    (_, index): Sketch => ({
      ...(index > 0 ? { rightOrigin: at(7, index - 1) } : {}),
      origin: at(victim, 0),
      ...text("y"),
    }),
  );
  expect(
    gate.admit({
      update: buildUpdate(7, 0, others),
      version: 1,
      client: 7,
      clock: 0,
      deps: new Map([[victim, 1]]),
    }).ok,
  ).toBe(true);
  const prepends = many(2_000, (index) => ({
    ...(index > 0 ? { rightOrigin: at(attacker, index - 1) } : {}),
    origin: at(victim, 0),
    ...text("z"),
  }));
  const before = process.cpuUsage();
  const verdict = gate.check(fromAttacker(prepends, { deps: new Map([[victim, 1]]) }));
  const { user, system } = process.cpuUsage(before);
  if (!verdict.ok) expect.fail(verdict.reason);
  expect(verdict.cost).toBeGreaterThan(50_000_000);
  expect(verdict.slices.length).toBe(1_000 * 2);
  expect((user + system) / 1_000).toBeLessThan(100);
});

test("65,536 values appended one by one are joined before Yjs copies them 65,536 times", () => {
  const gate = createGate();
  const update = many(65_536, (index) => ({
    ...(index > 0 ? { origin: at(attacker, index - 1) } : {}),
    ...anyBytes(Uint8Array.of(120)),
  }));
  const verdict = gate.admit(fromAttacker(update, { deps: new Map() }));
  if (!verdict.ok) expect.fail(verdict.reason);
  expect(verdict.bytes.length).toBeLessThan(70_000);
  const doc = new Y.Doc();
  for (const slice of verdict.slices) Y.applyUpdate(doc, slice);
  expect(doc.getArray("root").length).toBe(65_536);
});

test("many deletions come in slices", () => {
  const gate = createGate();
  const update = buildUpdate(victim, 0, [{ parent: "t", ...text("ab".repeat(50_000)) }]);
  expect(gate.admit({ update, version: 1, client: victim, clock: 0, deps: new Map() }).ok).toBe(true);
  const ranges = Array.from({ length: 50_000 }, (_, index) => ({ clock: 2 * index, length: 1 }));
  const verdict = gate.check(fromAttacker(parted(ranges), { deps: new Map([[victim, 100_000]]) }));
  if (!verdict.ok) expect.fail(verdict.reason);
  expect(verdict.slices.length).toBe(13);
  const doc = new Y.Doc();
  for (const slice of [update, ...verdict.slices]) Y.applyUpdate(doc, slice);
  expect(doc.getText("t").toString()).toBe("b".repeat(50_000));
});
