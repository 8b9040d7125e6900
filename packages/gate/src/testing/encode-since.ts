import * as encoding from "lib0/encoding";
import * as Y from "yjs";

type Deletions = ReturnType<typeof Y.createDeleteSet>;

/** What the document's own client wrote from `clock` on and the deletions, as one update: how a batch is encoded. */
export const encodeSince = (doc: Y.Doc, clock: number, deletions: Deletions, version: 1 | 2): Uint8Array => {
  const encoder = version === 1 ? new Y.UpdateEncoderV1() : new Y.UpdateEncoderV2();
  const structs = doc.store.clients.get(doc.clientID) ?? [];
  if (Y.getState(doc.store, doc.clientID) > clock) {
    const first = Y.findIndexSS(structs, clock);
    encoding.writeVarUint(encoder.restEncoder, 1);
    encoding.writeVarUint(encoder.restEncoder, structs.length - first);
    encoder.writeClient(doc.clientID);
    encoding.writeVarUint(encoder.restEncoder, clock);
    for (const struct of structs.slice(first)) struct.write(encoder, Math.max(0, clock - struct.id.clock));
  } else encoding.writeVarUint(encoder.restEncoder, 0);
  encoding.writeVarUint(encoder.restEncoder, deletions.clients.size);
  for (const [client, ranges] of [...deletions.clients].sort((a, b) => b[0] - a[0])) {
    encoder.resetDsCurVal();
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, ranges.length);
    for (const range of ranges) {
      encoder.writeDsClock(range.clock);
      encoder.writeDsLen(range.len);
    }
  }
  return encoder.toUint8Array();
};
