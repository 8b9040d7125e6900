import type { ByteReader } from "./byte-reader.js";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";

/** A name that an object or a root may not have: assigning it sets a prototype. */
export const checkName = (name: string): string => {
  if (name === "__proto__") refuse("forbidden-name");
  if (name.length > limits.maxNameLength) refuse("name-too-long");
  return name;
};

/** Walks over one value of lib0's "any" encoding; builds nothing, and refuses what lib0 could not read back safely. */
export const skipAny = (from: ByteReader, depth = 0): void => {
  if (depth > limits.maxValueDepth) refuse("value-too-deep");
  switch (from.readByte()) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return;
    case 125: // integer
      from.readVarInt();
      return;
    case 124: // float32
      from.readView(4);
      return;
    case 123: // float64
    case 122: // bigint
      from.readView(8);
      return;
    case 119:
      from.readVarString();
      return;
    case 118: {
      // A member takes at least two bytes, a key's length and a tag.
      const count = from.readVarUint();
      if (count * 2 > from.left) refuse("truncated");
      for (let left = count; left > 0; left--) {
        if (from.readVarString() === "__proto__") refuse("forbidden-name");
        skipAny(from, depth + 1);
      }
      return;
    }
    case 117: {
      const count = from.readVarUint();
      if (count > from.left) refuse("truncated");
      for (let left = count; left > 0; left--) skipAny(from, depth + 1);
      return;
    }
    case 116:
      from.readVarBytes();
      return;
    default:
      refuse("bad-value");
  }
};

/** Refuses text that is no JSON, nests too deeply or names a prototype. */
export const checkJson = (text: string): void => {
  checkJsonDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("bad-value");
  }
  // Spelled with escapes it would slip through a search of the text, and walking the value is needed only if a name is there.
  if (/__proto__|\\u/i.test(text)) checkKeys(value);
};

/** Some engines parse recursively: the depth is counted before. */
const checkJsonDepth = (text: string): void => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limits.maxValueDepth) refuse("value-too-deep");
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
};

const checkKeys = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) refuse("forbidden-name");
  for (const member of Object.values(value)) checkKeys(member);
};
