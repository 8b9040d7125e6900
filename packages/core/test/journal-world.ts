import { nodeSignatures, SeededRandom } from "@manyhands/testing";
import { idBytes, type JournalId } from "../src/ids.js";
import {
  type BlockHeader,
  blockIdFrom,
  encodeBlock,
  encodeHeader,
  signedBytes,
  zeroId,
} from "../src/journal/block.js";
import { type BlockBody, type BlockContent, encodeBody } from "../src/journal/block-body.js";
import { blockAssociated, type SealedBlock, type SealingContext } from "../src/journal/chain-writer.js";
import { type AcceptedBlock, Journal, type Received } from "../src/journal/journal.js";
import { createSession, type Session } from "../src/journal/session.js";
import { sealWith } from "../src/sealing/aead.js";
import { deriveRoomKeys, type RoomKeys } from "../src/sealing/room-keys.js";

/** What a block says, as text. */
export const contentOf = (text: string, more = false): BlockContent => ({
  origin: "own",
  version: 1,
  clock: 0,
  clockLength: 0,
  seed: "",
  more,
  payload: new TextEncoder().encode(text),
});

export const textsOf = ({ accepted }: Pick<Received, "accepted">): string[] =>
  accepted.map((block: AcceptedBlock) => new TextDecoder().decode(block.content.payload));

export const bytesOf = (blocks: readonly SealedBlock[]): Uint8Array[] => blocks.map((block) => block.bytes);

/** What a forger may choose; everything else is as the session would write it. */
export interface Forgery {
  readonly header?: Partial<BlockHeader>;
  readonly body?: Partial<BlockBody>;
  /** The plaintext as it is, in place of a body. */
  readonly plaintext?: Uint8Array;
  readonly signer?: Session | "nobody";
  readonly keys?: RoomKeys;
}

/** A room in which sessions write and journals read; the same for the same seed. */
export class JournalWorld {
  readonly random: SeededRandom;
  readonly context: SealingContext;
  readonly journalId: JournalId;

  constructor(seed = 1, roomName = "room") {
    this.random = new SeededRandom(seed);
    const keys = deriveRoomKeys(new Uint8Array(32).fill(7), roomName);
    this.context = { keys, signatures: nodeSignatures(this.random), random: this.random };
    this.journalId = keys.journalOf("root");
  }

  journal(): Journal {
    return new Journal(this.journalId, this.context);
  }

  async session(): Promise<Session> {
    const { keys, signatures } = this.context;
    return await createSession(keys.roomIdBytes, await signatures.createKeys(), signatures);
  }

  async author(): Promise<Author> {
    return new Author(this.journal(), await this.session());
  }

  /** One block, made by hand: an open block of `session` unless `header` says otherwise. */
  async forge(
    session: Session,
    { header, body, plaintext, signer = session, keys }: Forgery = {},
  ): Promise<Uint8Array> {
    const room = keys ?? this.context.keys;
    const opens = (header?.seq ?? 0) === 0;
    const fields: BlockHeader = {
      kind: opens ? "open" : "data",
      journal: this.journalId,
      session: session.id,
      seq: 0,
      prev: zeroId,
      epoch: room.epoch,
      nonce: this.random.bytes(24),
      ...(opens && { sessionKey: session.keys.publicKey }),
      ...header,
    };
    const inner =
      plaintext ??
      encodeBody({
        deps: [],
        auth: new Uint8Array(0),
        lane: 0,
        wallMs: 0,
        content: contentOf("forged"),
        ...(opens && { device: { publicKey: session.deviceKey, certificate: session.certificate } }),
        ...body,
      });
    const headerBytes = encodeHeader(fields, inner.length + 16);
    const associated = blockAssociated(room.roomIdBytes, headerBytes);
    const ciphertext = sealWith(room.block, fields.nonce, associated, inner);
    if (signer === "nobody") return encodeBlock(headerBytes, ciphertext);
    const message = signedBytes(room.roomIdBytes, blockIdFrom(room.roomIdBytes, headerBytes, ciphertext));
    return encodeBlock(headerBytes, ciphertext, await this.context.signatures.sign(signer.keys, message));
  }
}

/** Somebody who reads and writes. */
export class Author {
  readonly journal: Journal;
  readonly session: Session;

  constructor(journal: Journal, session: Session) {
    this.journal = journal;
    this.session = session;
  }

  /** Writes each text as a block, all in one run. */
  async write(...texts: readonly string[]): Promise<SealedBlock[]> {
    return await this.journal.append(
      this.session,
      texts.map((text) => contentOf(text)),
      1_700_000_000_000,
    );
  }

  async hear(...blocks: readonly SealedBlock[]): Promise<Received> {
    return await this.journal.receive(bytesOf(blocks));
  }

  /** The id of the newest own block, as `prev` of the next. */
  get headId(): Uint8Array {
    const head = this.journal.frontier().get(this.session.id);
    return head ? idBytes(head.id) : zeroId;
  }
}
