import type { BlockId, JournalId } from "../ids.js";
import { idBytes } from "../ids.js";
import type { Random } from "../ports/random.js";
import type { Signatures } from "../ports/signatures.js";
import { nonceBytes, sealWith } from "../sealing/aead.js";
import { labelBytes } from "../sealing/hash.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import { concat } from "../wire/codec.js";
import { type BlockHeader, blockIdFrom, encodeBlock, encodeHeader, signedBytes, zeroId } from "./block.js";
import { type BlockBody, type BlockContent, type Dependency, encodeBody } from "./block-body.js";
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

/** What a block's ciphertext is bound to. */
export const blockAssociated = (roomId: Uint8Array, header: Uint8Array): Uint8Array =>
  concat(labelBytes("aad"), roomId, header);

/** Writes one session's chain in one journal. Calls must not overlap: each block needs the one before. */
export class ChainWriter {
  readonly #journal: JournalId;
  readonly #session: Session;
  readonly #context: SealingContext;
  #seq = 0;
  #prev: Uint8Array = zeroId;

  constructor(journal: JournalId, session: Session, context: SealingContext) {
    this.#journal = journal;
    this.#session = session;
    this.#context = context;
  }

  /**
   * Seals `contents` as the chain's next blocks and signs the last of them, which vouches for all. The first of them
   * carries `deps`; the chain carries them to the others.
   */
  async write(
    contents: readonly BlockContent[],
    deps: readonly Dependency[],
    wallMs: number,
  ): Promise<SealedBlock[]> {
    const { keys, signatures, random } = this.#context;
    const blocks: SealedBlock[] = [];
    for (const [at, content] of contents.entries()) {
      const opening = this.#seq === 0;
      const body: BlockBody = {
        deps: at === 0 ? deps : [],
        auth: new Uint8Array(0),
        lane: 0,
        wallMs,
        content,
        ...(opening && {
          device: { publicKey: this.#session.deviceKey, certificate: this.#session.certificate },
        }),
      };
      const plaintext = encodeBody(body);
      const header: BlockHeader = {
        kind: opening ? "open" : "data",
        journal: this.#journal,
        session: this.#session.id,
        seq: this.#seq,
        prev: this.#prev,
        epoch: keys.epoch,
        nonce: random.bytes(nonceBytes),
        ...(opening && { sessionKey: this.#session.keys.publicKey }),
      };
      const headerBytes = encodeHeader(header, plaintext.length + 16);
      const associated = blockAssociated(keys.roomIdBytes, headerBytes);
      const ciphertext = sealWith(keys.block, header.nonce, associated, plaintext);
      const id = blockIdFrom(keys.roomIdBytes, headerBytes, ciphertext);
      const signature =
        at === contents.length - 1
          ? await signatures.sign(this.#session.keys, signedBytes(keys.roomIdBytes, id))
          : undefined;
      blocks.push({ id, seq: this.#seq, bytes: encodeBlock(headerBytes, ciphertext, signature) });
      this.#seq++;
      this.#prev = idBytes(id);
    }
    return blocks;
  }
}
