import type { Node } from "@tiptap/pm/model";

/** What the binding must remember of a ProseMirror node that the node itself cannot hold. */
export interface NodeNote {
  /** The schema demanded this node, the shared document has none: it is in the editor only, until somebody edits here. */
  readonly filler?: boolean;
  /** Somewhere inside is a filler. */
  readonly healed?: boolean;
  /** Attributes of the shared element that the schema does not know; they go along when the node is moved. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Notes on nodes, by identity; they go when the nodes go. */
export type NodeNotes = WeakMap<Node, NodeNote>;

/** Adds to what is noted of a node. */
export const note = (notes: NodeNotes, node: Node, more: NodeNote): void => {
  notes.set(node, { ...notes.get(node), ...more });
};

/** Hands the notes of a node on to its successor, which ProseMirror made from it by an edit inside. */
export const carryNotes = (notes: NodeNotes, from: Node, to: Node): void => {
  const known = notes.get(from);
  if (known !== undefined && from !== to) notes.set(to, { ...known, ...notes.get(to) });
};

/** Whether two nodes are the same to the reader *and* stand for the same in the shared document. */
export const sameNode = (notes: NodeNotes, a: Node, b: Node): boolean =>
  a === b || (!isPartlyLocal(notes, a) && !isPartlyLocal(notes, b) && a.eq(b));

/** Whether the node, or a part of it, exists in the editor only. */
export const isPartlyLocal = (notes: NodeNotes, node: Node): boolean => {
  const known = notes.get(node);
  return known?.filler === true || known?.healed === true;
};
