import type * as Y from "yjs";
import { type EncodedUpdate, encodeWritten } from "./document/yjs.js";
import { hash, utf8ToBytes } from "./sealing/hash.js";

/**
 * First content as an update that is the same on every device: its Yjs client is a hash of the name and of what is
 * written. Equal content meets itself and counts once; other content under the same name is other content, never a clash.
 */
export const encodeSeed = (name: string, write: (doc: Y.Doc) => void): EncodedUpdate => {
  const { bytes } = encodeWritten(write, 0);
  const digest = hash("seed", utf8ToBytes(`${name}\0`), bytes);
  const view = new DataView(digest.buffer, digest.byteOffset);
  const client = (view.getUint32(0) & 0x1fffff) * 2 ** 32 + view.getUint32(4);
  return encodeWritten(write, Math.max(1, client));
};
