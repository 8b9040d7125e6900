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
import { nonceBytes } from "../sealing/aead.js";
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

/** A block whose form is sound; nothing in it has been verified. */
export interface ParsedBlock extends BlockHeader {
  readonly id: BlockId;
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
export const blockIdFrom = (roomId: Uint8Array, header: Uint8Array, ciphertext: Uint8Array): BlockId =>
  blockIdOf(hash("block-id", roomId, header, ciphertext));

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
  return codec.decode(bytes, (from) => {
    if (codec.readUint8(from) !== version || codec.readUint8(from) !== suite) codec.refuse("unknown version");
    const kind = kinds[codec.readUint8(from)] ?? codec.refuse("unknown kind");
    const journal = journalIdOf(codec.readBytes(from, 16));
    const session = sessionIdOf(codec.readBytes(from, 16));
    const seq = codec.readVarUint(from);
    const prev = codec.readBytes(from, 32);
    const epoch = codec.readBytes(from, 16);
    const nonce = codec.readBytes(from, nonceBytes);
    if ((kind === "open") !== (seq === 0))
      codec.refuse("a chain begins with its open block, and only begins with it");
    const opening = kind === "open" ? { sessionKey: codec.readBytes(from, 32) } : {};
    const ciphertextLength = codec.readVarUint(from);
    const header = bytes.slice(0, from.pos);
    const ciphertext = codec.readBytes(from, ciphertextLength);
    const signed = codec.readUint8(from);
    if (signed > 1) codec.refuse("unknown signature form");
    const signature = signed === 1 ? codec.readBytes(from, 64) : undefined;
    const id = blockIdFrom(roomId, header, ciphertext);
    return {
      kind,
      journal,
      session,
      seq,
      prev,
      epoch,
      nonce,
      ...opening,
      id,
      header,
      ciphertext,
      signature,
      bytes,
    };
  });
};

/** What a session signs. */
export const signedBytes = (roomId: Uint8Array, id: BlockId): Uint8Array =>
  hash("sign-block", roomId, idBytes(id));
