import * as Y from "yjs";
import { type BaseType, type Gatekeeper, kindOf, parentOf } from "./gatekeeper.js";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { mayHold, type TypeKind, typeKinds } from "./type-kinds.js";
import type { ImportCandidate } from "./verdict.js";
import type { ElementId, WireStruct, WireUpdate } from "./wire-update.js";
import { writeUpdate } from "./write-update.js";

/**
 * Checks an import while placing its structs in `to`, which is to be thrown away if this refuses. What the authors of
 * an import knew is not told; it is inferred from what their structs refer to.
 * @returns the steps that the placing took
 */
export const placeImport = (
  wire: WireUpdate,
  to: Gatekeeper,
  {
    ownedClients,
    maxClient = Number.MAX_SAFE_INTEGER,
    deps,
  }: Pick<ImportCandidate, "ownedClients" | "maxClient" | "deps">,
  isRootAllowed: (name: string) => boolean,
): number => {
  const ends = new Map<number, number>();
  for (const { client, clock, structs } of wire.clients) {
    if (client > maxClient || ownedClients.has(client)) refuse("owned-client");
    if (clock > (deps.get(client) ?? 0)) refuse("clock-mismatch");
    ends.set(
      client,
      structs.reduce((sum, { length }) => sum + length, clock),
    );
  }
  for (const { client, ranges } of wire.deletions) {
    const known = Math.max(deps.get(client) ?? 0, ends.get(client) ?? 0);
    const last = ranges.at(-1);
    if (last && last.clock + last.length > known) refuse("future-delete");
  }
  const importer = new Importer(wire, to, deps, isRootAllowed);
  Y.transact(to.doc, (transaction) => importer.placeAll(transaction), null, false);
  to.apply(writeUpdate({ clients: [], deletions: wire.deletions }));
  return importer.steps;
};

interface Run {
  readonly client: number;
  readonly structs: readonly WireStruct[];
  readonly items: readonly (Y.Item | Y.GC)[];
  at: number;
  /** What the client is known to have known: for each other client the clock behind what it referred to. */
  readonly known: Map<number, number>;
}

class Importer {
  readonly #to: Gatekeeper;
  readonly #deps: ReadonlyMap<number, number>;
  readonly #isRootAllowed: (name: string) => boolean;
  readonly #runs = new Map<number, Run>();
  readonly #depths = new Map<Y.Item, number>();
  steps = 0;

  constructor(
    wire: WireUpdate,
    to: Gatekeeper,
    deps: ReadonlyMap<number, number>,
    isRootAllowed: (name: string) => boolean,
  ) {
    this.#to = to;
    this.#deps = deps;
    this.#isRootAllowed = isRootAllowed;
    const decoded = Y.decodeUpdate(writeUpdate({ clients: wire.clients, deletions: [] })).structs;
    let at = 0;
    for (const { client, structs } of wire.clients) {
      const items = decoded
        .slice(at, at + structs.length)
        .filter((item) => item instanceof Y.Item || item instanceof Y.GC);
      at += structs.length;
      this.#runs.set(client, { client, structs, items, at: 0, known: new Map() });
    }
  }

  /** In Yjs's order: higher clients first, each struct after those that it refers to. */
  placeAll(transaction: Y.Transaction): void {
    for (const { client } of this.#runs.values()) {
      // Clients that wait for the next one's struct, and what is waited for; the last one's turn it is.
      const waiting = new Map([[client, Number.POSITIVE_INFINITY]]);
      for (let top = [...waiting].at(-1); top; top = [...waiting].at(-1)) {
        const [current, until] = top;
        const missing = this.#placeUntil(current, until, transaction);
        if (!missing) waiting.delete(current);
        else if (waiting.has(missing.client)) refuse("unknown-reference");
        else waiting.set(missing.client, missing.clock);
      }
    }
  }

  /**
   * Places the client's structs up to the one at the clock `until`.
   * @returns an element that has to be placed first; undefined when all is done
   */
  #placeUntil(client: number, until: number, transaction: Y.Transaction): ElementId | undefined {
    const run = this.#runs.get(client);
    if (!run) return refuse("unknown-reference");
    for (let struct = run.structs[run.at]; struct; struct = run.structs[run.at]) {
      if (struct.clock > until) return undefined;
      for (const id of [struct.origin, struct.rightOrigin, struct.parent]) {
        if (typeof id !== "object") continue;
        if (this.#isMissing(id, run, struct)) return id;
        if (id.client !== client)
          run.known.set(id.client, Math.max(run.known.get(id.client) ?? 0, id.clock + 1));
      }
      const item = run.items[run.at];
      if (item) this.#place(item, struct, run, transaction);
      run.at++;
    }
    return undefined;
  }

  #isMissing({ client, clock }: ElementId, run: Run, struct: WireStruct): boolean {
    if (client === run.client) return clock < struct.clock ? false : refuse("unknown-reference");
    if (clock < (this.#deps.get(client) ?? 0)) return false;
    const other = this.#runs.get(client);
    if (!other) return refuse("unknown-reference");
    const next = other.structs[other.at];
    if (next && clock >= next.clock) return true;
    return clock < this.#to.clockOf(client) ? false : refuse("unknown-reference");
  }

  #place(item: Y.Item | Y.GC, struct: WireStruct, run: Run, transaction: Y.Transaction): void {
    this.steps++;
    const offset = this.#to.clockOf(run.client) - struct.clock;
    if (offset >= struct.length) return;
    if (item instanceof Y.Item) this.#checkItem(item, struct, run, offset, transaction);
    item.integrate(transaction, offset);
  }

  #checkItem(item: Y.Item, struct: WireStruct, run: Run, offset: number, transaction: Y.Transaction): void {
    if (typeof struct.parent === "string") {
      if (!this.#isRootAllowed(struct.parent)) refuse("unknown-root");
      item.parent = this.#to.doc.get(struct.parent);
    }
    if (item.getMissing(transaction, this.#to.doc.store) !== null) refuse("unknown-reference");
    const parent = parentOf(item);
    if (!parent) {
      // Beside or in what was collected: Yjs makes it collected too.
      if (item.parent === null) return;
      refuse("wrong-parent");
    } else {
      this.#checkParent(item, struct, parent);
      this.#checkNeighbours(item, run, offset, struct);
    }
  }

  #checkParent(item: Y.Item, struct: WireStruct, parent: BaseType): void {
    for (const side of [item.left, item.right]) {
      if (side && (side.parent !== parent || side.parentSub !== item.parentSub)) refuse("wrong-parent");
    }
    const child: TypeKind | undefined = struct.typeRef === undefined ? undefined : typeKinds[struct.typeRef];
    if (!mayHold(kindOf(parent), item.parentSub !== null, struct.ref, child)) refuse("content-not-allowed");
    if (!child) return;
    const depth = parent._item ? this.#depthOf(parent._item) + 1 : 1;
    if (depth > limits.maxTypeDepth) refuse("types-too-deep");
    this.#depths.set(item, depth);
  }

  #depthOf(item: Y.Item): number {
    const known = this.#depths.get(item);
    if (known !== undefined) return known;
    let depth = 0;
    for (let each: Y.Item | null = item; each !== null; each = parentOf(each)?._item ?? null) depth++;
    this.#depths.set(item, depth);
    return depth;
  }

  /** Between the two nothing may stand that the author is known to have known; and the right one is on the right. */
  #checkNeighbours(item: Y.Item, run: Run, offset: number, struct: WireStruct): void {
    if (item.parentSub !== null && item.right) refuse("not-adjacent");
    // Looking up the right one has split the left one, if it stands in it.
    if (item.left && !Y.compareIDs(item.left.lastId, item.origin)) refuse("not-adjacent");
    const left =
      offset > 0 ? this.#to.find({ client: run.client, clock: struct.clock + offset - 1 }) : item.left;
    let next = left ? left.right : this.#firstOf(item);
    for (; next !== null && next !== item.right; next = next.right) {
      if (++this.steps > limits.maxImportSteps) refuse("too-costly");
      const { client, clock } = next.id;
      if (client === run.client || clock < (run.known.get(client) ?? 0)) refuse("not-adjacent");
    }
    if (next === null && item.right) refuse("not-adjacent");
  }

  #firstOf(item: Y.Item): Y.Item | null {
    const parent = parentOf(item);
    if (!parent || item.parentSub === null) return parent?._start ?? null;
    let first = parent._map.get(item.parentSub) ?? null;
    while (first?.left) {
      this.steps++;
      first = first.left;
    }
    return first;
  }
}
