import type { Item } from "yjs";
import { type BaseType, type Gatekeeper, kindOf, parentOf, typeIn } from "./gatekeeper.js";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { mayHold, type TypeKind, typeKinds } from "./type-kinds.js";
import { contentRef, type ElementId, type WireStruct } from "./wire-update.js";

/** A shared type of the document or of the update under check. */
interface TypeView {
  /** Undefined for a root that nobody declared. */
  readonly kind: TypeKind | undefined;
  /** A root has 0. */
  readonly depth: number;
  /** Undefined when the update makes it. */
  readonly base: BaseType | undefined;
  readonly lists: Map<string | undefined, ListView>;
}

/** The list of a type, or the succession of values under one of its keys. */
interface ListView {
  readonly type: TypeView;
  readonly key: string | undefined;
  /** The author's first element; `null` is the end; undefined: as the gatekeeper has it. */
  first: ElementId | null | undefined;
  /** Elements that the author does not know, before his first. */
  unknownAtStart: number;
}

interface Placed {
  readonly struct: WireStruct;
  readonly list: ListView | undefined;
  /** The type that the struct makes. */
  readonly made: TypeView | undefined;
}

/** What follows an element in the author's view. */
interface Successor {
  id: ElementId | null;
  /** Elements that the author does not know between the two, in the gatekeeper's document. */
  unknown: number;
}

/**
 * The lists as the author saw them: the gatekeeper's without what he did not know, with what he wrote himself. Yjs's
 * convergence rests on every element being put between two that were *adjacent* there, so each struct is placed and
 * its neighbours compared. Nothing is changed in the gatekeeper. Time: one step for each struct and each
 * unknown element, since two gaps of the author's view never overlap.
 */
export class AuthorView {
  readonly #gatekeeper: Gatekeeper;
  readonly #client: number;
  readonly #start: number;
  readonly #isKnown: (client: number, clock: number) => boolean;
  readonly #isRootAllowed: (name: string) => boolean;
  readonly #placed: Placed[] = [];
  readonly #types = new Map<BaseType, TypeView>();
  readonly #newRoots = new Map<string, TypeView>();
  /** By client, by clock: successors that are not the gatekeeper's. */
  readonly #successors = new Map<number, Map<number, Successor>>();
  #cost = 0;

  constructor(
    gatekeeper: Gatekeeper,
    author: { readonly client: number; readonly clock: number },
    isKnown: (client: number, clock: number) => boolean,
    isRootAllowed: (name: string) => boolean,
  ) {
    this.#gatekeeper = gatekeeper;
    this.#client = author.client;
    this.#start = author.clock;
    this.#isKnown = isKnown;
    this.#isRootAllowed = isRootAllowed;
  }

  /** Steps of Yjs's conflict resolution, estimated from above. */
  get cost(): number {
    return this.#cost;
  }

  /**
   * Places the author's next struct, or refuses it.
   * @returns whether it is an element of a list; else a value under a key, or collected
   */
  place(struct: WireStruct): boolean {
    this.#cost++;
    if (struct.ref === contentRef.gc) {
      this.#placed.push({ struct, list: undefined, made: undefined });
      return false;
    }
    const { origin, rightOrigin } = struct;
    for (const id of [origin, rightOrigin, struct.parent]) {
      if (typeof id === "object" && !this.#isBefore(id, struct.clock)) refuse("unknown-reference");
    }
    const list = this.#listOf(struct);
    this.#link(struct, list, origin, rightOrigin);
    const child = struct.typeRef === undefined ? undefined : typeKinds[struct.typeRef];
    if (!mayHold(list.type.kind, list.key !== undefined, struct.ref, child)) refuse("content-not-allowed");
    const made = child && this.#makeType(child, list.type);
    this.#placed.push({ struct, list, made });
    return list.key === undefined;
  }

  #isBefore({ client, clock }: ElementId, ownClock: number): boolean {
    return client === this.#client ? clock < ownClock : this.#isKnown(client, clock);
  }

  #makeType(kind: TypeKind, parent: TypeView): TypeView {
    const depth = parent.depth + 1;
    if (depth > limits.maxTypeDepth) refuse("types-too-deep");
    return { kind, depth, base: undefined, lists: new Map() };
  }

  #listOf(struct: WireStruct): ListView {
    const left = struct.origin && this.#listWith(struct.origin);
    const right = struct.rightOrigin && this.#listWith(struct.rightOrigin);
    if (left && right && left !== right) refuse("wrong-parent");
    const list = left ?? right;
    if (list) return list;
    const type =
      typeof struct.parent === "string" ? this.#rootNamed(struct.parent) : this.#typeAt(struct.parent);
    return listAt(type, struct.parentSub);
  }

  #listWith(id: ElementId): ListView {
    if (this.#isNew(id)) return this.#placedAt(id.clock).list ?? refuse("unknown-reference");
    const item = this.#gatekeeper.find(id);
    const parent = item && parentOf(item);
    if (!item || !parent) return refuse("unknown-reference");
    return listAt(this.#viewOf(parent), item.parentSub ?? undefined);
  }

  #typeAt(id: ElementId | undefined): TypeView {
    if (!id) return refuse("unknown-reference");
    if (this.#isNew(id)) return this.#placedAt(id.clock).made ?? refuse("wrong-parent");
    const item = this.#gatekeeper.find(id);
    const type = item && typeIn(item);
    return type ? this.#viewOf(type) : refuse("wrong-parent");
  }

  #rootNamed(name: string): TypeView {
    if (!this.#isRootAllowed(name)) refuse("unknown-root");
    const base = this.#gatekeeper.root(name);
    if (base) return this.#viewOf(base);
    const known = this.#newRoots.get(name);
    if (known) return known;
    const made: TypeView = { kind: undefined, depth: 0, base: undefined, lists: new Map() };
    this.#newRoots.set(name, made);
    return made;
  }

  #viewOf(base: BaseType): TypeView {
    const known = this.#types.get(base);
    if (known) return known;
    const view: TypeView = { kind: kindOf(base), depth: depthOf(base), base, lists: new Map() };
    this.#types.set(base, view);
    return view;
  }

  /** Puts the struct between its neighbours, which must be each other's. */
  #link(struct: WireStruct, list: ListView, left: ElementId | undefined, right: ElementId | undefined): void {
    // Yjs appends to the values under a key, always.
    if (list.key !== undefined && right) refuse("not-adjacent");
    const found = this.#successorOf(left, list, right);
    if (!isSame(found.id, right ?? null)) refuse("not-adjacent");
    this.#cost += found.unknown;
    const { client, clock, length } = struct;
    const first = { client, clock };
    if (left) this.#setSuccessor(left, { id: first, unknown: found.unknown });
    else {
      list.first = first;
      list.unknownAtStart = found.unknown;
    }
    // Between an own element and what follows Yjs stops at the first one that it meets.
    this.#setSuccessor({ client, clock: clock + length - 1 }, { id: right ?? null, unknown: 0 });
  }

  #successorOf(left: ElementId | undefined, list: ListView, right: ElementId | undefined): Successor {
    if (!left) {
      if (list.first !== undefined) return { id: list.first, unknown: list.unknownAtStart };
      if (!list.type.base) return { id: null, unknown: 0 };
    } else {
      const known = this.#successors.get(left.client)?.get(left.clock);
      if (known) return known;
      // Inside a struct of this update that nothing was put into.
      if (this.#isNew(left)) return { id: { client: left.client, clock: left.clock + 1 }, unknown: 0 };
    }
    if (right && this.#isNew(right)) return refuse("not-adjacent");
    return this.#walk(left, list, right);
  }

  /** The author's next element after `left` in the gatekeeper's list; everything passed over he does not know. */
  #walk(left: ElementId | undefined, list: ListView, right: ElementId | undefined): Successor {
    const base = list.type.base;
    if (list.key !== undefined && !left) return this.#walkBack(base?._map.get(list.key) ?? null);
    let next = base?._start ?? null;
    let unknown = 0;
    if (left) {
      const item = this.#gatekeeper.find(left) ?? refuse("unknown-reference");
      next = item.right;
      const rest = { client: left.client, clock: left.clock + 1 };
      if (rest.clock < item.id.clock + item.length) {
        if (this.#isKnown(rest.client, rest.clock)) return { id: rest, unknown: 0 };
        unknown++;
      }
    }
    for (; next !== null; next = next.right) {
      const { client, clock } = next.id;
      if (this.#isKnown(client, clock)) return { id: { client, clock }, unknown };
      unknown++;
    }
    // For the message alone: the neighbour on the right is known, so it would have been met.
    if (right) refuse("not-adjacent");
    return { id: null, unknown };
  }

  /** Under a key the list is entered from its end. */
  #walkBack(last: Item | null): Successor {
    let unknown = 0;
    for (let item = last; item !== null; item = item.left) {
      if (this.#isKnown(item.id.client, item.id.clock)) refuse("not-adjacent");
      unknown++;
    }
    return { id: null, unknown };
  }

  #setSuccessor(of: ElementId, successor: Successor): void {
    const known = this.#successors.get(of.client);
    if (known) known.set(of.clock, successor);
    else this.#successors.set(of.client, new Map([[of.clock, successor]]));
  }

  #isNew({ client, clock }: ElementId): boolean {
    return client === this.#client && clock >= this.#start;
  }

  #placedAt(clock: number): Placed {
    let low = 0;
    let high = this.#placed.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const placed = this.#placed[middle];
      if (!placed) break;
      if (clock < placed.struct.clock) high = middle - 1;
      else if (clock >= placed.struct.clock + placed.struct.length) low = middle + 1;
      else return placed;
    }
    return refuse("unknown-reference");
  }
}

const listAt = (type: TypeView, key: string | undefined): ListView => {
  const known = type.lists.get(key);
  if (known) return known;
  const list: ListView = { type, key, first: undefined, unknownAtStart: 0 };
  type.lists.set(key, list);
  return list;
};

const isSame = (a: ElementId | null, b: ElementId | null): boolean =>
  a === b || (a !== null && b !== null && a.client === b.client && a.clock === b.clock);

/** How many types hold this one; the documents that the gate let in are never deeper than the limit. */
const depthOf = (type: BaseType): number => {
  let depth = 0;
  for (let item = type._item; item !== null && depth <= limits.maxTypeDepth; depth++) {
    item = parentOf(item)?._item ?? null;
  }
  return depth;
};
