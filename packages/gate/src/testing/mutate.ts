import * as Y from "yjs";
import { limits } from "../limits.js";
import { readUpdate } from "../read-update.js";
import type { Candidate } from "../verdict.js";
import type { ClientDeletions, ElementId, WireStruct, WireUpdate } from "../wire-update.js";
import { writeUpdate } from "../write-update.js";
import type { SeededRandom } from "./seeded-random.js";

const max = { maxStructs: limits.maxStructs, maxSubdocuments: limits.maxSubdocuments };

/** An author's update, changed with malice: its bytes, or its structs and deletions. The author and his past stay. */
export const mutate = (candidate: Candidate, random: SeededRandom): Candidate => {
  if (random.chance(0.25)) return { ...candidate, update: mutateBytes(candidate.update, random) };
  // Pretends not to have known anything of the others.
  if (random.chance(0.1)) return { ...candidate, deps: new Map() };
  let { wire } = readUpdate(candidate.update, candidate.version, max);
  for (let left = 1 + random.below(3); left > 0; left--) wire = mutateWire(wire, candidate, random);
  const update = writeUpdate(wire);
  if (random.chance(0.5)) {
    try {
      return { ...candidate, version: 2, update: Y.convertUpdateFormatV1ToV2(update) };
    } catch {
      // What Yjs itself cannot read goes in version 1.
    }
  }
  return { ...candidate, version: 1, update };
};

const mutateBytes = (update: Uint8Array, random: SeededRandom): Uint8Array => {
  let bytes = [...update];
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(bytes.length);
    const dice = random.next();
    if (dice < 0.5)
      bytes[at] = random.chance(0.5) ? random.below(256) : (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (dice < 0.65) bytes.splice(at, 1 + random.below(3));
    else if (dice < 0.8) bytes.splice(at, 0, random.below(256));
    else if (dice < 0.9) bytes.splice(at, 0, ...bytes.slice(at, at + 4));
    else bytes = bytes.slice(0, at + 1);
  }
  return Uint8Array.from(bytes);
};

const mutateWire = (wire: WireUpdate, candidate: Candidate, random: SeededRandom): WireUpdate => {
  const [own] = wire.clients;
  if (!own || random.chance(0.2))
    return { ...wire, deletions: mutateDeletions(wire.deletions, candidate, random) };
  const structs = [...own.structs];
  const at = random.below(structs.length);
  const struct = structs[at];
  if (!struct) return wire;
  const dice = random.next();
  if (dice < 0.03) return { ...wire, clients: [{ ...own, clock: own.clock + random.below(3) - 1 }] };
  if (dice < 0.06) return { ...wire, clients: [{ ...own, client: own.client + 1 }] };
  if (dice < 0.1) structs.splice(at, 1);
  else if (dice < 0.15) structs.splice(at, 0, struct);
  else if (dice < 0.2) structs.push(...structs.splice(at, 1));
  else structs[at] = mutateStruct(struct, structs, candidate, random);
  return structs.length > 0 ? { ...wire, clients: [{ ...own, structs }] } : { ...wire, clients: [] };
};

const mutateStruct = (
  struct: WireStruct,
  others: readonly WireStruct[],
  candidate: Candidate,
  random: SeededRandom,
): WireStruct => {
  const dice = random.next();
  if (dice < 0.25)
    return withPlace(struct, { origin: someId(candidate, random), rightOrigin: struct.rightOrigin });
  if (dice < 0.5) return withPlace(struct, { origin: struct.origin, rightOrigin: someId(candidate, random) });
  if (dice < 0.56) return withPlace(struct, { origin: struct.rightOrigin, rightOrigin: struct.origin });
  if (dice < 0.64) return withPlace(struct, { origin: struct.origin, rightOrigin: undefined });
  if (dice < 0.72) return withPlace(struct, { origin: undefined, rightOrigin: struct.rightOrigin });
  if (dice < 0.84) {
    const parent = random.chance(0.5)
      ? random.pick(["text", "array", "map", "xml", "else"])
      : someId(candidate, random);
    const key = random.chance(0.4) ? random.pick(["a", "b", "level"]) : undefined;
    return withPlace(struct, { origin: undefined, rightOrigin: undefined, parent, parentSub: key });
  }
  if (dice < 0.9) {
    // A collected or deleted struct of some length.
    const ref = random.below(2);
    const length = 1 + random.below(5);
    const nothing = { origin: undefined, rightOrigin: undefined, parent: undefined, parentSub: undefined };
    const bytes = Uint8Array.of(random.chance(0.1) ? 0 : length);
    const content = { contents: { bytes }, contentStart: 0, contentEnd: 1 };
    return {
      ...struct,
      ...(ref === 0 ? nothing : {}),
      ref,
      info: ref === 0 ? 0 : (struct.info & ~31) | 1,
      ...content,
    };
  }
  const other = random.pickAny(others) ?? struct;
  if (random.chance(0.5)) {
    const { contents, contentStart, contentEnd, ref } = other;
    return { ...struct, ref, info: (struct.info & ~31) | ref, contents, contentStart, contentEnd };
  }
  const ref = random.below(12);
  return { ...struct, ref, info: (struct.info & ~31) | ref };
};

const withPlace = (
  struct: WireStruct,
  place: {
    origin: ElementId | undefined;
    rightOrigin: ElementId | undefined;
    parent?: string | ElementId;
    parentSub?: string | undefined;
  },
): WireStruct => {
  const { origin, rightOrigin } = place;
  const isPlaced = origin !== undefined || rightOrigin !== undefined;
  const parent = isPlaced ? undefined : (place.parent ?? struct.parent ?? "text");
  const parentSub = isPlaced ? undefined : "parentSub" in place ? place.parentSub : struct.parentSub;
  const key = isPlaced ? struct.info & 32 : parentSub === undefined ? 0 : 32;
  const info = (struct.info & 31) | (origin ? 128 : 0) | (rightOrigin ? 64 : 0) | key;
  return { ...struct, info, origin, rightOrigin, parent, parentSub };
};

const someId = ({ client, clock, deps }: Candidate, random: SeededRandom): ElementId => {
  const clients: [number, number][] = [...deps, [client, clock + random.below(4)]];
  const [of, known] = random.pickAny(clients) ?? [client, clock];
  return { client: of, clock: random.below(Math.max(1, known + (random.chance(0.05) ? 3 : 0))) };
};

const mutateDeletions = (
  deletions: readonly ClientDeletions[],
  candidate: Candidate,
  random: SeededRandom,
): ClientDeletions[] => {
  const { client, clock } = someId(candidate, random);
  const range = { clock, length: random.chance(0.02) ? 2 ** 50 : random.below(6) };
  const others = deletions.filter((each) => each.client !== client);
  const same = deletions.find((each) => each.client === client)?.ranges ?? [];
  const ranges = random.chance(0.5) ? [range] : [...same, range].sort((a, b) => a.clock - b.clock);
  const all = [...others, { client, ranges }];
  return random.chance(0.95) ? all.sort((a, b) => b.client - a.client) : all;
};
