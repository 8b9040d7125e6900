import { type BlockId, blockIdOf, idBytes, type JournalId } from "../ids.js";
import type { Random } from "../ports/random.js";
import type { Signatures } from "../ports/signatures.js";
import { nonceBytes, sealWith, tagBytes } from "../sealing/aead.js";
import { labelBytes } from "../sealing/hash.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import { concat } from "../wire/codec.js";
import { type BlockHeader, blockIdFrom, encodeBlock, encodeHeader, signedBytes, zeroId } from "./block.js";
import { type BlockBody, type BlockContent, type Dependency, encodeBody } from "./block-body.js";
import type { Head } from "./frontier.js";
import type { Session } from "./session.js";

/** A block of our own, or of somebody else once it has passed: what is stored and sent. */
export interface SealedBlock {
  readonly id: BlockId;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What every block of a room is sealed and signed with. */
export interface SealingContext {
  readonly keys: RoomKeys;
  readonly signatures: Signatures;
  readonly random: Random;
}

/**
 * A chain goes at most about so many bytes without a signature: a receiver keeps a run in memory until its signature
 * comes, so that a long one would never fit. A signature per 64 KiB costs a tenth of sealing them.
 */
export const signEveryBytes = 65_536;

/**
 * Dependencies in one block: 40 bytes each at most, so that they fit beside the largest payload. Further ones go
 * into blocks of their own in front.
 */
export const maxDepsPerBlock = 1024;

/** What a block's ciphertext is bound to. */
export const blockAssociated = (roomId: Uint8Array, header: Uint8Array): Uint8Array =>
  concat(labelBytes("aad"), roomId, header);

/** Writes one session's chain in one journal. Calls must not overlap: each block needs the one before. */
export class ChainWriter {
  readonly #journal: JournalId;
  readonly #session: Session;
  readonly #context: SealingContext;
  #head: Head | undefined;

  /** `head`: what the session has already written in this journal. */
  constructor(journal: JournalId, session: Session, context: SealingContext, head?: Head) {
    this.#journal = journal;
    this.#session = session;
    this.#context = context;
    this.#head = head;
  }

  /**
   * Seals `contents` as the chain's next blocks and signs the last of them, which vouches for all. The first of them
   * carries `deps`; the chain carries them to the others. Rejects when signing does; then nothing was written.
   */
  async write(
    contents: readonly BlockContent[],
    deps: readonly Dependency[],
    wallMs: number,
  ): Promise<SealedBlock[]> {
    const { keys, signatures } = this.#context;
    const parts = placeDependencies(contents, deps);
    const blocks: SealedBlock[] = [];
    let head = this.#head;
    let unsignedBytes = 0;
    for (const [at, part] of parts.entries()) {
      const { header, ciphertext, seq } = this.#seal(part, wallMs, head);
      const digest = blockIdFrom(keys.roomIdBytes, header, ciphertext);
      unsignedBytes += header.length + ciphertext.length;
      const signs = at === parts.length - 1 || unsignedBytes >= signEveryBytes;
      const signature = signs
        ? await signatures.sign(this.#session.keys, signedBytes(keys.roomIdBytes, digest))
        : undefined;
      if (signs) unsignedBytes = 0;
      head = { seq, id: blockIdOf(digest) };
      blocks.push({ ...head, bytes: encodeBlock(header, ciphertext, signature) });
    }
    this.#head = head;
    return blocks;
  }

  #seal({ content, deps }: Part, wallMs: number, head: Head | undefined) {
    const { keys, random } = this.#context;
    const { id, keys: sessionKeys, deviceKey, certificate } = this.#session;
    const body: BlockBody = {
      deps,
      auth: new Uint8Array(0),
      lane: 0,
      wallMs,
      content,
      ...(!head && { device: { publicKey: deviceKey, certificate } }),
    };
    const plaintext = encodeBody(body);
    const seq = head ? head.seq + 1 : 0;
    const fields: BlockHeader = {
      kind: head ? "data" : "open",
      journal: this.#journal,
      session: id,
      seq,
      prev: head ? idBytes(head.id) : zeroId,
      epoch: keys.epoch,
      nonce: random.bytes(nonceBytes),
      ...(!head && { sessionKey: sessionKeys.publicKey }),
    };
    const header = encodeHeader(fields, plaintext.length + tagBytes);
    const associated = blockAssociated(keys.roomIdBytes, header);
    return { header, ciphertext: sealWith(keys.block, fields.nonce, associated, plaintext), seq };
  }
}

interface Part {
  readonly content: BlockContent;
  readonly deps: readonly Dependency[];
}

/** The first content bears the dependencies; those beyond one block's room ride on empty parts of it in front. */
const placeDependencies = (contents: readonly BlockContent[], deps: readonly Dependency[]): Part[] => {
  const [first, ...rest] = contents;
  if (!first) return [];
  const empty: BlockContent = { ...first, payload: new Uint8Array(0), more: true };
  const parts: Part[] = [];
  let placed = 0;
  for (; deps.length - placed > maxDepsPerBlock; placed += maxDepsPerBlock) {
    parts.push({ content: empty, deps: deps.slice(placed, placed + maxDepsPerBlock) });
  }
  return [
    ...parts,
    { content: first, deps: deps.slice(placed) },
    ...rest.map((content) => ({ content, deps: [] })),
  ];
};
