import { canonicalState } from "@manyhands/core";
import * as Y from "yjs";

/** What two documents differ in; undefined when they are the same to the last byte. */
export const difference = (a: Y.Doc, b: Y.Doc): string | undefined => {
  const [left, right] = [canonicalState(a), canonicalState(b)];
  if (Buffer.compare(left, right) === 0) return undefined;
  const [vectorA, vectorB] = [Y.encodeStateVector(a), Y.encodeStateVector(b)];
  const vectors = Buffer.compare(vectorA, vectorB) === 0 ? "equal state vectors" : "other state vectors";
  return `${vectors}, states of ${left.length} and ${right.length} bytes`;
};
