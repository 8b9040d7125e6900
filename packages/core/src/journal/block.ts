import {
  type BlockId,
  blockIdOf,
  idBytes,
  type JournalId,
  journalIdOf,
  type SessionId,
  sessionIdOf,
} from "../ids.js";
import { limits } from "../limits.js";
import { nonceBytes, tagBytes } from "../sealing/aead.js";
import { hash } from "../sealing/hash.js";
import * as codec from "../wire/codec.js";

/** The kinds of blocks that exist now; numbers 2 to 7 are kept for access, epochs, checkpoints, attests, fork proofs. */
export type BlockKind = "open" | "data";

/** What a keeper can see of a block; all of it is authenticated with the ciphertext. */
export interface BlockHeader {
  readonly kind: BlockKind;
  readonly journal: JournalId;
  readonly session: SessionId;
  readonly seq: number;
  /** Id of the session's block `seq - 1` in this journal; zeros for `seq` 0. */
  readonly prev: Uint8Array;
  readonly epoch: Uint8Array;
  readonly nonce: Uint8Array;
  /** The session's signing key; in its `open` block alone. */
  readonly sessionKey?: Uint8Array;
}

/** A block whose form is sound; nothing in it has been verified. Its fields are views of `bytes`. */
export interface ParsedBlock extends BlockHeader {
  readonly id: BlockId;
  readonly idBytes: Uint8Array;
  readonly header: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** A chain is authentic up to its last signed block; blocks before it may go without. */
  readonly signature: Uint8Array | undefined;
  /** The whole block, as it travels and rests. */
  readonly bytes: Uint8Array;
}

const version = 1;
/** Ed25519, XChaCha20-Poly1305, SHA-256. */
const suite = 1;
const kinds: readonly BlockKind[] = ["open", "data"];
export const zeroId: Uint8Array = new Uint8Array(32);

/** The header's bytes, up to where the ciphertext begins. */
export const encodeHeader = (header: BlockHeader, ciphertextLength: number): Uint8Array =>
  codec.encode((to) => {
    codec.writeUint8(to, version);
    codec.writeUint8(to, suite);
    codec.writeUint8(to, kinds.indexOf(header.kind));
    codec.writeUint8Array(to, idBytes(header.journal));
    codec.writeUint8Array(to, idBytes(header.session));
    codec.writeVarUint(to, header.seq);
    codec.writeUint8Array(to, header.prev);
    codec.writeUint8Array(to, header.epoch);
    codec.writeUint8Array(to, header.nonce);
    if (header.sessionKey) codec.writeUint8Array(to, header.sessionKey);
    codec.writeVarUint(to, ciphertextLength);
  });

/** The id of a block: it covers everything but the signature, so that a signature cannot rename a block. */
export const blockIdFrom = (roomId: Uint8Array, header: Uint8Array, ciphertext: Uint8Array): Uint8Array =>
  hash("block-id", roomId, header, ciphertext);

/** The block as it travels and rests. */
export const encodeBlock = (
  header: Uint8Array,
  ciphertext: Uint8Array,
  signature?: Uint8Array,
): Uint8Array =>
  signature
    ? codec.concat(header, ciphertext, Uint8Array.of(1), signature)
    : codec.concat(header, ciphertext, Uint8Array.of(0));

/** Reads a block from outside; `undefined` when its form is not sound. Never throws. */
export const parseBlock = (bytes: Uint8Array, roomId: Uint8Array): ParsedBlock | undefined => {
  if (bytes.length > limits.maxBlockBytes) return undefined;
  // A block may be kept long: it must not keep a whole message or record in memory with it.
  const own = bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return codec.decode(own, (from) => {
    const fields = readHeader(from);
    const ciphertextLength = codec.readVarUint(from);
    if (ciphertextLength < tagBytes) codec.refuse("a ciphertext ends in its tag");
    const header = own.subarray(0, from.pos);
    const ciphertext = codec.readView(from, ciphertextLength);
    const signed = codec.readUint8(from);
    if (signed > 1) codec.refuse("unknown signature form");
    const signature = signed === 1 ? codec.readView(from, 64) : undefined;
    const digest = blockIdFrom(roomId, header, ciphertext);
    return {
      ...fields,
      id: blockIdOf(digest),
      idBytes: digest,
      header,
      ciphertext,
      signature,
      bytes: own,
    };
  });
};

const readHeader = (from: codec.Decoder): BlockHeader => {
  if (codec.readUint8(from) !== version || codec.readUint8(from) !== suite) codec.refuse("unknown version");
  const kind = kinds[codec.readUint8(from)] ?? codec.refuse("unknown kind");
  const journal = journalIdOf(codec.readView(from, 16));
  const session = sessionIdOf(codec.readView(from, 16));
  const seq = codec.readVarUint(from);
  const prev = codec.readView(from, 32);
  const epoch = codec.readView(from, 16);
  const nonce = codec.readView(from, nonceBytes);
  const opens = kind === "open";
  if (opens !== (seq === 0)) codec.refuse("a chain begins with its open block, and only begins with it");
  if (opens && !codec.sameBytes(prev, zeroId)) codec.refuse("nothing comes before an open block");
  const opening = opens ? { sessionKey: codec.readView(from, 32) } : {};
  return { kind, journal, session, seq, prev, epoch, nonce, ...opening };
};

/** The same block without its signature. */
export const unsigned = (block: ParsedBlock): ParsedBlock =>
  block.signature
    ? { ...block, signature: undefined, bytes: encodeBlock(block.header, block.ciphertext) }
    : block;

/** What a session signs. */
export const signedBytes = (roomId: Uint8Array, id: Uint8Array): Uint8Array => hash("sign-block", roomId, id);
