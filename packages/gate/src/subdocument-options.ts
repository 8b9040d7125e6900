import { createDecoder, readAny } from "lib0/decoding";
import { refuse } from "./refusal.js";

/**
 * Yjs spreads the options of a subdocument into the constructor of `Y.Doc`, so that a peer could set any of them, the
 * guid among them. Only what Yjs itself writes may pass.
 * @param bytes a value of lib0's "any" encoding whose form is sound
 */
export const checkSubdocument = (bytes: Uint8Array): void => {
  const options: unknown = readAny(createDecoder(bytes));
  const isRecord = typeof options === "object" && options !== null && !Array.isArray(options);
  for (const [name, value] of isRecord ? Object.entries(options) : [["", undefined]]) {
    const isKnown =
      name === "meta" || (name === "gc" && value === false) || (name === "autoLoad" && value === true);
    if (!isKnown) refuse("bad-subdocument");
  }
};
