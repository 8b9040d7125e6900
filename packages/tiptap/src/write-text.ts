import type { Mark, Node } from "@tiptap/pm/model";
import type * as Y from "yjs";
import { attributesFromMarks, changedAttributes, keysOfMark, type TextAttributes } from "./marks.js";
import { type OpaqueContents, readDelta } from "./opaque-contents.js";
import { opaqueIdOf } from "./opaque-nodes.js";
import { TextRun } from "./text-run.js";

/** Whether this node lies in a shared text: text itself, and what is embedded in one. */
export const isInText = (node: Node): boolean =>
  node.isText || opaqueIdOf(node)?.startsWith("embed:") === true;

/** A run of nodes as a delta for a new shared text. */
export const deltaOf = (nodes: readonly Node[], contents: OpaqueContents): object[] =>
  nodes.flatMap((node) => {
    const insert = insertOf(node, contents);
    return insert === undefined ? [] : [{ insert, attributes: attributesFromMarks(node.marks) }];
  });

/**
 * Brings adjacent shared texts, for which the nodes `before` stand, to where `after` is. Characters that stay are not
 * touched but for marks that differ, so that what others type or format at the same time meets them.
 */
export const writeText = (
  texts: readonly Y.XmlText[],
  before: readonly Node[],
  after: readonly Node[],
  contents: OpaqueContents,
): void => {
  if (before.length === after.length && before.every((node, index) => node === after[index])) return;
  const old = new TextRun(before);
  const next = new TextRun(after);
  const [start, end, nextEnd] = old.changedIn(next);
  const line = new TextLine(texts);
  // Marks first, on places as they are before text comes and goes.
  restyle(line, old, next, 0, start, 0);
  restyle(line, old, next, end, old.length, nextEnd - end);
  line.delete(start, end);
  insertUnits(line, next, start, nextEnd, contents);
};

// Characters that stay, and stand `shift` further in the new run, get the marks that they have there.
const restyle = (
  line: TextLine,
  old: TextRun,
  next: TextRun,
  from: number,
  to: number,
  shift: number,
): void => {
  for (let at = from; at < to; ) {
    const [before, after] = [old.spanAt(at), next.spanAt(at + shift)];
    if (before === undefined || after === undefined) return;
    const end = Math.min(to, before.to, after.to - shift);
    if (before.node !== after.node) {
      const change = changedAttributes(before.node.marks, after.node.marks, (mark) => line.keysOf(mark));
      if (change !== undefined) line.format(at, end, change);
    }
    at = end;
  }
};

const insertUnits = (
  line: TextLine,
  next: TextRun,
  start: number,
  end: number,
  contents: OpaqueContents,
): void => {
  let place = start;
  for (let at = start; at < end; ) {
    const span = next.spanAt(at);
    if (span === undefined) return;
    const to = Math.min(end, span.to);
    const insert = span.node.isText ? next.slice(at, to) : insertOf(span.node, contents);
    if (insert !== undefined) {
      // Like what is on the left: then it takes on whatever lies there, also what this schema reads only in part.
      const left = at === 0 ? undefined : next.spanAt(at - 1)?.node;
      const inherits = left !== undefined && sameMarks(left.marks, span.node.marks);
      line.insert(place, insert, inherits ? undefined : attributesFromMarks(span.node.marks));
      place += to - at;
    }
    at = to;
  }
};

const sameMarks = (a: readonly Mark[], b: readonly Mark[]): boolean =>
  a.length === b.length && a.every((mark, index) => b[index]?.eq(mark) === true);

const insertOf = (node: Node, contents: OpaqueContents): string | object | undefined => {
  if (node.isText) return node.text;
  const restored = contents.restore(opaqueIdOf(node) ?? "");
  return restored?.kind === "embed" ? restored.embed : undefined;
};

/** Adjacent shared texts as one line of units. */
class TextLine {
  readonly #texts: readonly Y.XmlText[];

  constructor(texts: readonly Y.XmlText[]) {
    this.#texts = texts;
  }

  keysOf(mark: Mark): string[] {
    return keysOfMark(mark, this.#texts.flatMap(readDelta));
  }

  format(from: number, to: number, change: TextAttributes): void {
    for (const { text, start, end } of this.#within(from, to)) text.format(start, end - start, change);
  }

  delete(from: number, to: number): void {
    for (const { text, start, end } of this.#within(from, to)) text.delete(start, end - start);
  }

  insert(at: number, insert: string | object, attributes: TextAttributes | undefined): void {
    let offset = 0;
    for (const text of this.#texts) {
      // At a border the left text takes it: there the caret is, too.
      if (at <= offset + text.length) {
        if (typeof insert !== "string") text.insertEmbed(at - offset, insert, attributes ?? {});
        else if (attributes === undefined) text.insert(at - offset, insert);
        else text.insert(at - offset, insert, attributes);
        return;
      }
      offset += text.length;
    }
  }

  #within(from: number, to: number): { text: Y.XmlText; start: number; end: number }[] {
    let offset = 0;
    return this.#texts.flatMap((text) => {
      const start = Math.max(0, from - offset);
      const end = Math.min(text.length, to - offset);
      offset += text.length;
      return start < end ? [{ text, start, end }] : [];
    });
  }
}
