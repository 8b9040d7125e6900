import { type BlockId, blockIdOf, idBytes, type SessionId, sessionIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { hash } from "../sealing/hash.js";
import * as codec from "../wire/codec.js";

/** The newest block that is held of a chain. */
export interface Head {
  readonly seq: number;
  readonly id: BlockId;
}

/** What a replica holds of a journal: session → its newest block. A head commits to its whole chain. */
export type Frontier = ReadonlyMap<SessionId, Head>;

const sorted = (frontier: Frontier): [SessionId, Head][] =>
  [...frontier].sort((a, b) => (a[0] < b[0] ? -1 : 1));

/** The frontier as bytes, the same for equal frontiers. */
export const encodeFrontier = (frontier: Frontier): Uint8Array =>
  codec.encode((to) => {
    codec.writeVarUint(to, frontier.size);
    for (const [session, head] of sorted(frontier)) {
      codec.writeUint8Array(to, idBytes(session));
      codec.writeVarUint(to, head.seq);
      codec.writeUint8Array(to, idBytes(head.id));
    }
  });

/** Reads what `encodeFrontier` wrote; for use inside a `decode`. */
export const readFrontier = (from: codec.Decoder): Frontier => {
  const frontier = new Map<SessionId, Head>();
  let last = "";
  for (let left = codec.readCount(from, limits.maxSessions, 49); left > 0; left--) {
    const session = sessionIdOf(codec.readView(from, 16));
    if (session <= last) codec.refuse("sessions come in order, none twice");
    last = session;
    const seq = codec.readVarUint(from);
    frontier.set(session, { seq, id: blockIdOf(codec.readView(from, 32)) });
  }
  return frontier;
};

/** 32 bytes that are equal for equal frontiers only: what two replicas with nothing to say exchange. */
export const frontierDigest = (frontier: Frontier): Uint8Array => hash("frontier", encodeFrontier(frontier));
