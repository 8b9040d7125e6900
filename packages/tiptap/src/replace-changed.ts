import { Fragment, type Node, Slice } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { ReplaceStep } from "@tiptap/pm/transform";
import { carryNotes, type NodeNotes, sameNode } from "./node-notes.js";

/**
 * Turns the transaction's document into `target` by replacing no more than has changed, so that selections,
 * decorations and node views elsewhere stay what they are.
 */
export const replaceChanged = (tr: Transaction, target: Node, notes: NodeNotes): void => {
  descend(tr, tr.doc, target, 0, notes);
  carryAlong(target, tr.doc, notes);
};

/** Turns the transaction's document into `target` by replacing all of it: for when nothing is known of the old one. */
export const replaceAll = (tr: Transaction, target: Node): void => {
  tr.step(new ReplaceStep(0, tr.doc.content.size, new Slice(target.content, 0, 0)));
};

const descend = (tr: Transaction, old: Node, target: Node, start: number, notes: NodeNotes): void => {
  const [from, oldTo, targetTo] = changedChildren(old, target, notes);
  if (from === oldTo && from === targetTo) return;
  if (old.inlineContent && onlyLeaves(old) && onlyLeaves(target)) {
    replaceInline(tr, old.content, target.content, start);
    return;
  }
  const position = start + sizeOf(old, 0, from);
  if (oldTo === from + 1 && targetTo === from + 1) {
    const oldChild = old.child(from);
    const targetChild = target.child(from);
    if (!oldChild.isLeaf && oldChild.sameMarkup(targetChild)) {
      descend(tr, oldChild, targetChild, position + 1, notes);
      return;
    }
  }
  const content = Fragment.fromArray(target.children.slice(from, targetTo));
  tr.step(new ReplaceStep(position, position + sizeOf(old, from, oldTo), new Slice(content, 0, 0)));
};

const changedChildren = (
  old: Node,
  target: Node,
  notes: NodeNotes,
): [from: number, oldTo: number, targetTo: number] => {
  let from = 0;
  let oldTo = old.childCount;
  let targetTo = target.childCount;
  while (from < oldTo && from < targetTo && sameNode(notes, old.child(from), target.child(from))) from++;
  while (
    oldTo > from &&
    targetTo > from &&
    sameNode(notes, old.child(oldTo - 1), target.child(targetTo - 1))
  ) {
    oldTo--;
    targetTo--;
  }
  return [from, oldTo, targetTo];
};

// Text and leaves alone: every difference lies at this level, so the finest replacement is a flat one.
const replaceInline = (tr: Transaction, old: Fragment, target: Fragment, start: number): void => {
  const from = old.findDiffStart(target);
  const end = old.findDiffEnd(target);
  if (from === null || end === null) return;
  // In "aa" → "aaa" the same letters count as equal from both ends: give them to the start.
  const overlap = Math.max(0, from - Math.min(end.a, end.b));
  const content = target.cut(from, end.b + overlap);
  tr.step(new ReplaceStep(start + from, start + end.a + overlap, new Slice(content, 0, 0)));
};

const onlyLeaves = (node: Node): boolean => node.children.every((child) => child.isLeaf);

const sizeOf = (parent: Node, from: number, to: number): number => {
  let size = 0;
  for (let index = from; index < to; index++) size += parent.child(index).nodeSize;
  return size;
};

// Where ProseMirror rebuilt the parents of what was replaced, the notes of the rendered ones belong to the new ones.
const carryAlong = (target: Node, actual: Node, notes: NodeNotes): void => {
  if (target === actual) return;
  carryNotes(notes, target, actual);
  if (target.childCount !== actual.childCount) return;
  for (let index = 0; index < target.childCount; index++)
    carryAlong(target.child(index), actual.child(index), notes);
};
