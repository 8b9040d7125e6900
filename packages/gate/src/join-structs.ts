import * as encoding from "lib0/encoding";
import { ByteReader } from "./byte-reader.js";
import { limits } from "./limits.js";
import { contentRef, type WireStruct } from "./wire-update.js";

/**
 * Joins values that were appended one by one into one struct, as Yjs does after it has placed them. Yjs copies
 * all values for each one it joins: 65,536 of them took it seconds.
 * @param structs of one client, consecutive
 * @param isElement whether the struct at that index is an element of a list; values under keys replace each other
 */
export const joinStructs = (
  structs: readonly WireStruct[],
  isElement: (index: number) => boolean,
): readonly WireStruct[] => {
  const joined: WireStruct[] = [];
  let run: WireStruct[] = [];
  const closeRun = (): void => {
    const [first] = run;
    if (first) joined.push(run.length > 1 ? joinRun(first, run) : first);
    run = [];
  };
  let length = 0;
  for (const [index, struct] of structs.entries()) {
    const last = run.at(-1);
    if (
      last &&
      (!isElement(index) || !follows(struct, last) || length + struct.length > limits.maxStructLength)
    ) {
      closeRun();
    }
    length = run.length > 0 ? length + struct.length : struct.length;
    run.push(struct);
  }
  closeRun();
  return joined.length < structs.length ? joined : structs;
};

const follows = (struct: WireStruct, last: WireStruct): boolean =>
  (struct.ref === contentRef.any || struct.ref === contentRef.json) &&
  struct.ref === last.ref &&
  struct.origin?.client === last.client &&
  struct.origin.clock === last.clock + last.length - 1 &&
  struct.rightOrigin?.client === last.rightOrigin?.client &&
  struct.rightOrigin?.clock === last.rightOrigin?.clock;

const joinRun = (first: WireStruct, run: readonly WireStruct[]): WireStruct => {
  const length = run.reduce((sum, struct) => sum + struct.length, 0);
  const bytes = encoding.encode((to) => {
    encoding.writeVarUint(to, length);
    for (const { contents, contentStart, contentEnd } of run) {
      const from = new ByteReader(contents.bytes.subarray(contentStart, contentEnd));
      from.readVarUint();
      encoding.writeUint8Array(to, from.readView(from.left));
    }
  });
  return { ...first, length, contents: { bytes }, contentStart: 0, contentEnd: bytes.length };
};
