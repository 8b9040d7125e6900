import * as Y from "yjs";
import { keepPure } from "./pure-doc.js";
import { type RootKind, type TypeKind, typeKinds } from "./type-kinds.js";
import type { ElementId } from "./wire-update.js";

/** A shared type as it stands in the gatekeeper's document. */
export type BaseType = NonNullable<ReturnType<Y.Doc["share"]["get"]>>;

const rootConstructors = {
  array: Y.Array,
  map: Y.Map,
  text: Y.Text,
  xmlElement: Y.XmlElement,
  xmlFragment: Y.XmlFragment,
  xmlText: Y.XmlText,
} as const;

/** In the order of `typeKinds`. */
const constructors: readonly unknown[] = [
  Y.Array,
  Y.Map,
  Y.Text,
  Y.XmlElement,
  Y.XmlFragment,
  Y.XmlHook,
  Y.XmlText,
];

/**
 * The document against which updates are judged. Deleted contents are dropped, but lists keep their structure: with
 * plain collection verdicts would depend on the order in which updates came.
 */
export class Gatekeeper {
  readonly doc: Y.Doc = new Y.Doc({
    guid: "gatekeeper",
    gc: true,
    gcFilter: (item) => !(item.content instanceof Y.ContentType),
  });

  constructor(roots: Readonly<Record<string, RootKind>>) {
    // Never an author's: Yjs would take it for stolen and say so on the console.
    this.doc.clientID = 0;
    keepPure(this.doc);
    for (const [name, kind] of Object.entries(roots)) this.doc.get(name, rootConstructors[kind]);
  }

  /** The clock of the client's first struct that is not here. */
  clockOf(client: number): number {
    return Y.getState(this.doc.store, client);
  }

  /** The struct that holds the element; undefined if it is not here or was collected. */
  find({ client, clock }: ElementId): Y.Item | undefined {
    if (clock >= this.clockOf(client)) return undefined;
    const structs = this.doc.store.clients.get(client) ?? [];
    const struct = structs[Y.findIndexSS(structs, clock)];
    return struct instanceof Y.Item ? struct : undefined;
  }

  root(name: string): BaseType | undefined {
    return this.doc.share.get(name);
  }

  apply(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update);
  }

  /** Whether Yjs holds something back because a dependency is missing. */
  get isPending(): boolean {
    return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null;
  }

  vector(): Map<number, number> {
    return new Map([...this.doc.store.clients.keys()].map((client) => [client, this.clockOf(client)]));
  }

  encode(): Uint8Array {
    return Y.encodeStateAsUpdateV2(this.doc);
  }

  load(state: Uint8Array): void {
    Y.applyUpdateV2(this.doc, state);
  }
}

/** The type in whose list or under whose key the item is. */
export const parentOf = (item: Y.Item): BaseType | undefined =>
  item.parent instanceof Y.AbstractType ? item.parent : undefined;

/** The type that the item holds, if it holds one. */
export const typeIn = (item: Y.Item): BaseType | undefined =>
  item.content instanceof Y.ContentType ? item.content.type : undefined;

/** Undefined for a root that nobody declared. */
export const kindOf = (type: BaseType): TypeKind | undefined =>
  typeKinds[constructors.indexOf(type.constructor)];
