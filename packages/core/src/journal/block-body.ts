import { idBytes, type SessionId, sessionIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { padmeLength } from "../sealing/padme.js";
import * as codec from "../wire/codec.js";

/** One entry of what an author had applied when it wrote. */
export interface Dependency {
  readonly session: SessionId;
  readonly seq: number;
  /** The first 16 bytes of that block's id. */
  readonly id: Uint8Array;
}

/** What a block carries for the document. */
export interface BlockContent {
  /** `own`: structs of the session's own client and deletions. `import`: anything else (a seed, a document that was there before). */
  readonly origin: "own" | "import";
  /** Encoding of the Yjs update. */
  readonly version: 1 | 2;
  /** First clock and count of the session's own structs; 0, 0 for none. */
  readonly clock: number;
  readonly clockLength: number;
  /** The seed's name, if the import is one. */
  readonly seed: string;
  /** The update is longer than one block: the next block of the chain goes on with it. */
  readonly more: boolean;
  readonly payload: Uint8Array;
}

/** The sealed part of a block. */
export interface BlockBody {
  /** Entries that changed since the author's previous block in this journal. */
  readonly deps: readonly Dependency[];
  /** Newest access heads the author knew, 16 bytes; empty while the room is open. */
  readonly auth: Uint8Array;
  /** 0 is the document itself; other lanes are kept for comments and suggestions. */
  readonly lane: number;
  /** The author's clock, ms since 1970; for display, never for validity. */
  readonly wallMs: number;
  /** In the `open` block: who vouches for the session. */
  readonly device?: { readonly publicKey: Uint8Array; readonly certificate: Uint8Array };
  readonly content: BlockContent;
}

/** Longest name of a seed that others read, in UTF-16 units. */
export const maxSeedLength = 256;
const authBytes = 16;

/** Encodes and pads the body: its length tells little of what was typed. */
export const encodeBody = (body: BlockBody): Uint8Array => {
  const inner = codec.encode((to) => {
    codec.writeVarUint(to, body.deps.length);
    for (const dep of body.deps) {
      codec.writeUint8Array(to, idBytes(dep.session));
      codec.writeVarUint(to, dep.seq);
      codec.writeUint8Array(to, dep.id);
    }
    codec.writeVarUint8Array(to, body.auth);
    codec.writeVarUint(to, body.lane);
    codec.writeVarUint(to, Math.max(0, Math.trunc(body.wallMs)));
    codec.writeUint8(to, body.device ? 1 : 0);
    if (body.device) {
      codec.writeUint8Array(to, body.device.publicKey);
      codec.writeUint8Array(to, body.device.certificate);
    }
    const { content } = body;
    codec.writeUint8(
      to,
      (content.origin === "own" ? 0 : 1) | (content.version === 1 ? 0 : 2) | (content.more ? 4 : 0),
    );
    codec.writeVarUint(to, content.clock);
    codec.writeVarUint(to, content.clockLength);
    codec.writeVarString(to, content.seed);
    codec.writeVarUint8Array(to, content.payload);
  });
  const sized = codec.encode((to) => codec.writeVarUint8Array(to, inner));
  const padded = new Uint8Array(padmeLength(sized.length));
  padded.set(sized);
  return padded;
};

/** Reads a body; `undefined` when its form is not sound. Never throws. */
export const decodeBody = (padded: Uint8Array): BlockBody | undefined => {
  const inner = codec.decode(padded, (from) => {
    const bytes = codec.readView(from, codec.readVarUint(from));
    if (codec.readRest(from).some((byte) => byte !== 0)) codec.refuse("padding is zeros");
    return bytes;
  });
  return inner && codec.decode(inner, readBody);
};

const readBody = (from: codec.Decoder): BlockBody => {
  const deps: Dependency[] = [];
  for (let left = codec.readCount(from, limits.maxBlockDeps, 33); left > 0; left--) {
    const session = sessionIdOf(codec.readView(from, 16));
    deps.push({ session, seq: codec.readVarUint(from), id: codec.readBytes(from, 16) });
  }
  const auth = codec.readSized(from, authBytes);
  if (auth.length !== 0 && auth.length !== authBytes) codec.refuse("unknown form of access heads");
  // What another lane holds is not for the document: better unreadable than applied where it does not belong.
  const lane = codec.readVarUint(from);
  if (lane !== 0) codec.refuse("unknown lane");
  const wallMs = codec.readVarUint(from);
  const hasDevice = codec.readUint8(from);
  if (hasDevice > 1) codec.refuse("unknown device form");
  const device =
    hasDevice === 1
      ? { device: { publicKey: codec.readBytes(from, 32), certificate: codec.readBytes(from, 64) } }
      : {};
  const flags = codec.readUint8(from);
  if (flags > 7) codec.refuse("unknown content form");
  const content: BlockContent = {
    origin: flags & 1 ? "import" : "own",
    version: flags & 2 ? 2 : 1,
    more: (flags & 4) !== 0,
    clock: codec.readVarUint(from),
    clockLength: codec.readVarUint(from),
    seed: codec.readVarString(from),
    payload: codec.readSized(from, limits.maxBlockPayloadBytes),
  };
  if (content.seed.length > maxSeedLength) codec.refuse("a seed's name is too long");
  return { deps, auth, lane, wallMs, ...device, content };
};
