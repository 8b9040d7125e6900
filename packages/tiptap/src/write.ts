import { Fragment, type Node } from "@tiptap/pm/model";
import * as Y from "yjs";
import { align } from "./align.js";
import { carryNotes, type NodeNotes, note, sameNode } from "./node-notes.js";
import type { OpaqueContents } from "./opaque-contents.js";
import { opaqueIdOf } from "./opaque-nodes.js";
import { type Mapping, type SharedType, setSharedAttribute } from "./shared-type.js";
import { deltaOf, isInText, writeText } from "./write-text.js";

/** What writing needs. */
export interface WriteContext {
  readonly mapping: Mapping;
  readonly contents: OpaqueContents;
  readonly notes: NodeNotes;
}

/** The shared type is not what the old node says: nothing can be told from the difference of two nodes. */
export class MismatchError extends Error {}

/**
 * Brings a shared type, which `before` stands for, to where `after` is. Only what differs between the two nodes is
 * written: whatever the schema does not see (attributes, marks, content behind placeholders) is left alone.
 */
export const writeNode = (type: Y.XmlFragment, before: Node, after: Node, context: WriteContext): void => {
  if (before === after) return;
  carryNotes(context.notes, before, after);
  if (type instanceof Y.XmlElement) writeAttributes(type, before, after);
  writeChildren(type, before, after, context);
  context.mapping.set(type, after);
};

const writeAttributes = (element: Y.XmlElement, before: Node, after: Node): void => {
  const keys = new Set([...Object.keys(before.attrs), ...Object.keys(after.attrs)]);
  for (const key of keys) {
    const [old, value]: unknown[] = [before.attrs[key], after.attrs[key]];
    if (sameValue(old, value)) continue;
    if (value === undefined || value === null) element.removeAttribute(key);
    else setSharedAttribute(element, key, value);
  }
};

const writeChildren = (type: Y.XmlFragment, before: Node, after: Node, context: WriteContext): void => {
  const old = readShared(type, before, context);
  const next = split(after.content);
  const pairs = align(
    old.elements.map(({ node }) => node),
    next.elements,
    (a, b) => sameNode(context.notes, a, b),
    likeness,
  );

  const kept = new Set(pairs.map(([index]) => index));
  for (const [index, element] of [...old.elements.entries()].reverse()) {
    if (!kept.has(index)) remove(type, element, context);
  }

  // From the end, so that what is inserted moves no place that is still to come.
  const places = new Map<unknown, number>(type.toArray().map((child: unknown, index) => [child, index]));
  for (let gap = pairs.length; gap >= 0; gap--) {
    const [oldFrom, nextFrom] = pairs[gap - 1] ?? [-1, -1];
    const [oldTo, nextTo] = pairs[gap] ?? [old.elements.length, next.elements.length];
    const left = old.elements[oldFrom];
    writeGap(
      type,
      left === undefined ? 0 : (places.get(left.type) ?? 0) + 1,
      old.texts.slice(oldFrom + 1, oldTo + 1),
      next.elements.slice(nextFrom + 1, nextTo),
      next.runs.slice(nextFrom + 1, nextTo + 1),
      context,
    );
  }

  for (const [oldIndex, nextIndex] of pairs) {
    const [element, node] = [old.elements[oldIndex], next.elements[nextIndex]];
    if (element === undefined || node === undefined || element.node === node) continue;
    if (element.type instanceof Y.XmlElement && opaqueIdOf(node) === undefined) {
      writeNode(element.type, element.node, node, context);
    }
  }
};

// Between two elements that stay: the shared texts there take up one run, what is new comes before and after them.
const writeGap = (
  parent: Y.XmlFragment,
  place: number,
  groups: readonly TextGroup[],
  elements: readonly Node[],
  runs: readonly (readonly Node[])[],
  context: WriteContext,
): void => {
  const texts = groups.flatMap((group) => group.texts);
  const nodes = groups.flatMap((group) => group.nodes);
  const keep = texts.length === 0 ? -1 : likestRun(nodes, runs);
  const insert = (at: number, items: readonly GapItem[]): void => {
    const shared = items.flatMap((item) => createShared(item, context));
    if (shared.length > 0) parent.insert(at, shared);
  };
  const items = runs.flatMap((run, index): GapItem[] => {
    const element = elements[index];
    return element === undefined ? [run] : [run, element];
  });
  if (keep >= 0) writeText(texts, nodes, runs[keep] ?? [], context.contents);
  insert(place + texts.length, keep < 0 ? items : items.slice(2 * keep + 1));
  if (keep > 0) insert(place, items.slice(0, 2 * keep));
};

/** A run of text nodes, or one other node. */
type GapItem = readonly Node[] | Node;

const isRun = (item: GapItem): item is readonly Node[] => Array.isArray(item);

const createShared = (item: GapItem, context: WriteContext): (Y.XmlElement | Y.XmlText)[] => {
  if (!isRun(item)) return createElement(item, context);
  if (item.length === 0) return [];
  const text = new Y.XmlText();
  text.applyDelta(deltaOf(item, context.contents));
  return [text];
};

const createElement = (node: Node, context: WriteContext): Y.XmlElement[] => {
  const id = opaqueIdOf(node);
  if (id !== undefined) {
    const restored = context.contents.restore(id);
    if (restored?.kind === "type" && restored.type instanceof Y.XmlElement) return [restored.type];
    // Its content is not known here, so there is nothing to share: it stays in this editor until the next render.
    note(context.notes, node, { filler: true });
    return [];
  }
  context.notes.set(node, { ...context.notes.get(node), filler: false, healed: false });
  const element = new Y.XmlElement(node.type.name);
  for (const [key, value] of Object.entries({ ...context.notes.get(node)?.extra, ...node.attrs })) {
    if (value !== null && value !== undefined) setSharedAttribute(element, key, value);
  }
  const { elements, runs } = split(node.content);
  const children = runs.flatMap((run, index) => {
    const child = elements[index];
    return child === undefined
      ? createShared(run, context)
      : [...createShared(run, context), ...createShared(child, context)];
  });
  element.insert(0, children);
  context.mapping.set(element, node);
  return [element];
};

const remove = (parent: Y.XmlFragment, { type, index }: SharedElement, context: WriteContext): void => {
  context.mapping.delete(type);
  parent.delete(index, 1);
};

interface TextGroup {
  readonly texts: readonly Y.XmlText[];
  readonly nodes: readonly Node[];
}

interface SharedElement {
  readonly type: SharedType;
  readonly index: number;
  readonly node: Node;
}

interface SharedChildren {
  readonly elements: readonly SharedElement[];
  /** The texts before, between and after the elements: always one group more than elements. */
  readonly texts: readonly TextGroup[];
}

// Finds for every shared child the node, or the run of text nodes, that stands for it.
const readShared = (type: Y.XmlFragment, node: Node, { notes }: WriteContext): SharedChildren => {
  const nodes = node.children.filter((child) => notes.get(child)?.filler !== true);
  const elements: SharedElement[] = [];
  const groups: { texts: Y.XmlText[]; nodes: Node[] }[] = [{ texts: [], nodes: [] }];
  let next = 0;
  let length = 0;
  const closeGroup = (): void => {
    const group = groups.at(-1);
    for (let size = 0; size < length; ) {
      const child = nodes[next++];
      if (child === undefined) throw new MismatchError();
      size += child.nodeSize;
      if (size > length) throw new MismatchError();
      group?.nodes.push(child);
    }
    length = 0;
  };
  type.toArray().forEach((child: unknown, index) => {
    if (child instanceof Y.XmlText && (node.inlineContent || child.length === 0)) {
      groups.at(-1)?.texts.push(child);
      length += child.length;
    } else if (child instanceof Y.AbstractType) {
      closeGroup();
      const stands = nodes[next++];
      if (stands === undefined || !standsFor(stands, child)) throw new MismatchError();
      elements.push({ type: child, index, node: stands });
      groups.push({ texts: [], nodes: [] });
    }
  });
  closeGroup();
  if (next !== nodes.length) throw new MismatchError();
  return { elements, texts: groups };
};

const standsFor = (node: Node, type: SharedType): boolean =>
  opaqueIdOf(node) !== undefined || (type instanceof Y.XmlElement && type.nodeName === node.type.name);

// The nodes that are shared as elements, and the runs of text before, between and after them.
const split = (
  content: Fragment,
): { readonly elements: readonly Node[]; readonly runs: readonly (readonly Node[])[] } => {
  const elements: Node[] = [];
  const runs: Node[][] = [[]];
  content.forEach((node) => {
    if (isInText(node)) runs.at(-1)?.push(node);
    else {
      elements.push(node);
      runs.push([]);
    }
  });
  return { elements, runs };
};

const likeness = (before: Node, after: Node): number => {
  if (before.type !== after.type) return 0;
  const id = opaqueIdOf(before);
  if (id !== undefined) return id === opaqueIdOf(after) ? before.nodeSize : 0;
  return 1 + (before.sameMarkup(after) ? 1 : 0) + sharedSize(before.content, after.content);
};

const likestRun = (nodes: readonly Node[], runs: readonly (readonly Node[])[]): number => {
  const old = Fragment.fromArray([...nodes]);
  const sizes = runs.map((run) => sharedSize(old, Fragment.fromArray([...run])));
  return sizes.indexOf(Math.max(...sizes));
};

const sharedSize = (before: Fragment, after: Fragment): number => {
  const start = before.findDiffStart(after);
  const end = before.findDiffEnd(after);
  if (start === null || end === null) return before.size;
  return Math.min(start + before.size - end.a, before.size, after.size);
};

const sameValue = (a: unknown, b: unknown): boolean =>
  a === b || (isObject(a) && isObject(b) && JSON.stringify(a) === JSON.stringify(b));

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
