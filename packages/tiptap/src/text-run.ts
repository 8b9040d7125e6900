import type { Node } from "@tiptap/pm/model";
import { opaqueIdOf } from "./opaque-nodes.js";

/** A run of text nodes and embeds as one line of UTF-16 units; an embed is one unit. */
export class TextRun {
  readonly length: number;
  readonly #text: string;
  readonly #spans: readonly Span[];

  constructor(nodes: readonly Node[]) {
    let text = "";
    this.#spans = nodes.map((node) => {
      const from = text.length;
      text += node.text ?? embedSign;
      return { from, to: text.length, node };
    });
    this.#text = text;
    this.length = text.length;
  }

  /** The stretch of one node that begins at or before `at` and goes on after it; `undefined` past the end. */
  spanAt(at: number): Span | undefined {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.to ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return this.#spans[low];
  }

  /** The text of these units. */
  slice(from: number, to: number): string {
    return this.#text.slice(from, to);
  }

  /** Where this run and a later one differ: `[start, end here, end there]`. Never within a surrogate pair. */
  changedIn(next: TextRun): readonly [start: number, end: number, nextEnd: number] {
    let start = 0;
    let end = this.length;
    let nextEnd = next.length;
    while (start < end && start < nextEnd && this.#sameUnit(start, next, start)) start++;
    // Half a surrogate pair is no text: Yjs would store a replacement character.
    if (start > 0 && isSurrogate(this.#text, start - 1, 0xd800)) start--;
    while (end > start && nextEnd > start && this.#sameUnit(end - 1, next, nextEnd - 1)) {
      end--;
      nextEnd--;
    }
    if (end < this.length && isSurrogate(this.#text, end, 0xdc00)) {
      end++;
      nextEnd++;
    }
    return [start, end, nextEnd];
  }

  #sameUnit(at: number, next: TextRun, to: number): boolean {
    const sign = this.#text.charCodeAt(at);
    if (sign !== next.#text.charCodeAt(to)) return false;
    return sign !== embedCode || idAt(this, at) === idAt(next, to);
  }
}

/** A node of a run and the units that it takes up. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly node: Node;
}

// U+FFFC OBJECT REPLACEMENT CHARACTER; where a person typed it, both sides have no id, so it compares like any other.
const embedSign = "\ufffc";
const embedCode = 0xfffc;

const idAt = (run: TextRun, at: number): string | undefined => {
  const node = run.spanAt(at)?.node;
  return node === undefined ? undefined : opaqueIdOf(node);
};

const isSurrogate = (text: string, at: number, first: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= first && code < first + 0x400;
};
