import { Mark, type MarkType, type Schema } from "@tiptap/pm/model";
import { encodeAny, toBase64 } from "lib0/buffer";
import { digest } from "lib0/hash/sha256";
import { isOpaqueMark, opaqueMarkName } from "./opaque-nodes.js";

/** Attributes of a run of shared text: key → value. */
export type TextAttributes = Record<string, unknown>;

/**
 * The marks of a run of shared text. What the schema does not know, or refuses, becomes an opaque mark that holds key
 * and value; `onUnknown` hears its name.
 */
export const marksFromAttributes = (
  schema: Schema,
  attributes: TextAttributes | undefined,
  onUnknown: (name: string) => void,
): readonly Mark[] => {
  let marks: readonly Mark[] = Mark.none;
  // Yjs gives the keys in another order on every device; marks of one type keep the order in which they are added.
  for (const [key, value] of Object.entries(attributes ?? {}).sort(byKey)) {
    const mark = knownMark(schema, key, value) ?? opaqueMark(schema, key, value, onUnknown);
    if (mark !== undefined) marks = mark.addToSet(marks);
  }
  return marks;
};

/** The attributes that a run of shared text has for these marks. */
export const attributesFromMarks = (marks: readonly Mark[]): TextAttributes => {
  const attributes: TextAttributes = {};
  for (const mark of marks) {
    const [key, value] = attributeOf(mark);
    attributes[key] = value;
  }
  return attributes;
};

/**
 * What must be set (a value) or taken away (`null`) where `before` turns into `after`. An opaque mark is never taken
 * away: no local command could know that this is meant.
 */
export const changedAttributes = (
  before: readonly Mark[],
  after: readonly Mark[],
  keysOf: (mark: Mark) => readonly string[],
): TextAttributes | undefined => {
  const change: TextAttributes = {};
  for (const mark of before) {
    if (isOpaqueMark(mark) || mark.isInSet(after)) continue;
    for (const key of keysOf(mark)) change[key] = null;
  }
  for (const mark of after) {
    if (mark.isInSet(before)) continue;
    const [key, value] = attributeOf(mark);
    change[key] = value;
  }
  return Object.keys(change).length === 0 ? undefined : change;
};

/** The keys under which `mark` may stand in these runs: one, or any of its hashed forms if it may lie on itself. */
export const keysOfMark = (
  mark: Mark,
  runs: readonly { readonly attributes?: TextAttributes }[],
): string[] => {
  if (!overlaps(mark.type)) return [mark.type.name];
  const keys = new Set<string>();
  for (const { attributes } of runs) {
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (knownMark(mark.type.schema, key, value)?.eq(mark) === true) keys.add(key);
    }
  }
  return [...keys];
};

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

const attributeOf = (mark: Mark): [key: string, value: unknown] => {
  if (isOpaqueMark(mark)) return [String(mark.attrs["key"]), mark.attrs["value"]];
  const { name } = mark.type;
  return [overlaps(mark.type) ? `${name}--${hash(mark)}` : name, mark.attrs];
};

// Yjs holds one value a key, so marks that may lie on themselves carry a hash in the key: `comment--Zx3/9aAb`.
const overlaps = (type: MarkType): boolean => !type.excludes(type);
const hashedKey = /^(.*)--[a-zA-Z0-9+/=]{8}$/s;

const knownMark = (schema: Schema, key: string, value: unknown): Mark | undefined => {
  const type = schema.marks[hashedKey.exec(key)?.[1] ?? key];
  if (type === undefined || type.name === opaqueMarkName) return undefined;
  try {
    return type.create(isAttributes(value) ? value : null);
  } catch {
    // A required attribute is missing: another version's idea of this mark.
    return undefined;
  }
};

const opaqueMark = (
  schema: Schema,
  key: string,
  value: unknown,
  onUnknown: (name: string) => void,
): Mark | undefined => {
  onUnknown(hashedKey.exec(key)?.[1] ?? key);
  return schema.marks[opaqueMarkName]?.create({ key, value });
};

const isAttributes = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// The six bytes that y-tiptap and y-prosemirror use, so that both sides name an overlapping mark alike.
const hash = (mark: Mark): string => {
  const bytes = digest(encodeAny(mark.toJSON()));
  const folded = new Uint8Array(6);
  for (let index = 0; index < bytes.length; index++)
    folded[index % 6] = (folded[index % 6] ?? 0) ^ (bytes[index] ?? 0);
  return toBase64(folded);
};
