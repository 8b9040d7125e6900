import { NodeSelection, type Selection, TextSelection, type Transaction } from "@tiptap/pm/state";
import type * as Y from "yjs";
import { type PositionSource, toEditor, toShared } from "./positions.js";

/** A selection as places in the shared document: it stays with the text, whatever happens around it. */
export interface SharedSelection {
  readonly kind: "text" | "node";
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

/** Reads a selection of text or of one node; other kinds (all, cells, gaps) are left to ProseMirror's own mapping. */
export const readSelection = (source: PositionSource, selection: Selection): SharedSelection | undefined => {
  const kind =
    selection instanceof NodeSelection ? "node" : selection instanceof TextSelection ? "text" : undefined;
  if (kind === undefined) return undefined;
  const anchor = toShared(source, selection.anchor);
  const head = toShared(source, selection.head);
  return anchor === undefined || head === undefined ? undefined : { kind, anchor, head };
};

/** Sets a selection that was read before; where its place is gone, the transaction's own mapping stands. */
export const restoreSelection = (
  tr: Transaction,
  source: PositionSource,
  selection: SharedSelection,
): void => {
  const anchor = toEditor(source, selection.anchor);
  const head = toEditor(source, selection.head);
  if (anchor === undefined || head === undefined) return;
  if (Math.max(anchor, head) > tr.doc.content.size || Math.min(anchor, head) < 0) return;
  const restored = selection.kind === "text" ? textSelection(tr, anchor, head) : nodeSelection(tr, anchor);
  if (restored !== undefined && !restored.eq(tr.selection)) tr.setSelection(restored);
};

const textSelection = (tr: Transaction, anchor: number, head: number): Selection | undefined => {
  const [$anchor, $head] = [tr.doc.resolve(anchor), tr.doc.resolve(head)];
  return $anchor.parent.inlineContent && $head.parent.inlineContent
    ? TextSelection.create(tr.doc, anchor, head)
    : undefined;
};

const nodeSelection = (tr: Transaction, at: number): Selection | undefined => {
  const node = tr.doc.nodeAt(at);
  return node !== null && NodeSelection.isSelectable(node) ? NodeSelection.create(tr.doc, at) : undefined;
};
