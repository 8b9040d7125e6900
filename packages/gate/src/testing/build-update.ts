import * as encoding from "lib0/encoding";
import { contentRef, type ElementId, type WireStruct } from "../wire-update.js";
import { writeUpdate } from "../write-update.js";

/** A struct for a test: where it goes and what it holds; the rest is worked out. */
export interface Sketch {
  readonly origin?: ElementId;
  readonly rightOrigin?: ElementId;
  readonly parent?: string | ElementId;
  readonly key?: string;
  readonly ref: number;
  readonly length?: number;
  readonly content: Uint8Array;
}

/** An update of one client in version 1, whatever its structs claim. */
export const buildUpdate = (
  client: number,
  clock: number,
  sketches: readonly Sketch[],
  deletions: readonly { client: number; ranges: { clock: number; length: number }[] }[] = [],
): Uint8Array => {
  let next = clock;
  const structs = sketches.map((sketch): WireStruct => {
    const { origin, rightOrigin, ref, content, length = 1 } = sketch;
    const parent = origin || rightOrigin || ref === contentRef.gc ? undefined : (sketch.parent ?? "root");
    const info = ref | (origin ? 128 : 0) | (rightOrigin ? 64 : 0) | (sketch.key === undefined ? 0 : 32);
    const place = { contents: { bytes: content }, contentStart: 0, contentEnd: content.length };
    const struct = { client, clock: next, length, ref, info, origin, rightOrigin, parent, ...place };
    next += length;
    return { ...struct, parentSub: parent === undefined ? undefined : sketch.key, typeRef: undefined };
  });
  return writeUpdate({ clients: structs.length > 0 ? [{ client, clock, structs }] : [], deletions });
};

const encode = (write: (to: encoding.Encoder) => void): Uint8Array => encoding.encode(write);

export const text = (value: string): Pick<Sketch, "ref" | "content" | "length"> => ({
  ref: contentRef.string,
  content: encode((to) => encoding.writeVarString(to, value)),
  length: value.length,
});

/** `bytes` is a value of lib0's "any". */
export const anyBytes = (bytes: Uint8Array): Pick<Sketch, "ref" | "content"> => ({
  ref: contentRef.any,
  content: Uint8Array.of(1, ...bytes),
});

export const type = (typeRef: number): Pick<Sketch, "ref" | "content"> => ({
  ref: contentRef.type,
  content: Uint8Array.of(typeRef, ...(typeRef === 3 || typeRef === 5 ? [1, 0x70] : [])),
});

export const collected = (length: number): Sketch => ({
  ref: contentRef.gc,
  length,
  content: encode((to) => encoding.writeVarUint(to, length)),
});

export const subdocument = (
  guid: string,
  options: Record<string, string | number | boolean>,
): Pick<Sketch, "ref" | "content"> => ({
  ref: contentRef.doc,
  content: encode((to) => {
    encoding.writeVarString(to, guid);
    encoding.writeAny(to, options);
  }),
});

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
