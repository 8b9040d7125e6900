import { type DeviceId, deviceIdOf, idBytes, type JournalId, type SessionId } from "../ids.js";
import { limits } from "../limits.js";
import { openWith } from "../sealing/aead.js";
import { sameBytes } from "../wire/codec.js";
import { type ParsedBlock, parseBlock, signedBytes } from "./block.js";
import type { BlockContent } from "./block-body.js";
import { type BlockBody, type Dependency, decodeBody } from "./block-body.js";
import { blockAssociated, ChainWriter, type SealedBlock, type SealingContext } from "./chain-writer.js";
import { type Frontier, frontierDigest, type Head } from "./frontier.js";
import { certifiedBytes, clientIdOfKey, type KnownSession, type Session, sessionOfKey } from "./session.js";

/** A block that is authentic, follows its chain, and whose dependencies are all here. */
export interface AcceptedBlock extends SealedBlock {
  readonly session: SessionId;
  /** Id of the chain's block before; zeros for `seq` 0. */
  readonly prev: Uint8Array;
  readonly device: DeviceId;
  readonly clientId: number;
  readonly wallMs: number;
  readonly content: BlockContent;
}

/** Why bytes were not taken. */
export type Refusal =
  | "malformed"
  | "foreign"
  | "broken-chain"
  | "bad-signature"
  | "bad-certificate"
  | "unreadable"
  | "fork"
  | "too-many";

export interface Received {
  /** In an order in which each follows what it depends on. */
  readonly accepted: readonly AcceptedBlock[];
  readonly refused: readonly Refusal[];
  /** Something waits for blocks that are not here, or was dropped for want of room: a sync is due. */
  readonly incomplete: boolean;
}

/** A verified block that may have to wait for its dependencies. */
interface ReadyBlock {
  readonly block: ParsedBlock;
  readonly body: BlockBody;
}

/** What is held of one session's chain. */
interface Chain {
  readonly known: KnownSession;
  head: Head;
}

/** A chain whose first blocks were verified and none accepted yet has a session but no head. */
interface Inbox {
  known: KnownSession | undefined;
  /** Not verified, or not reached by the chain yet, by seq. */
  readonly waiting: Map<number, ParsedBlock>;
  /** Verified, in order, waiting for dependencies. */
  readonly ready: ReadyBlock[];
  /** A signed block of it cannot be read: nothing after it ever counts. */
  frozen: boolean;
}

/**
 * All that a replica knows of one document's blocks: what it holds, what waits, and what it writes itself. No I/O;
 * `receive` and `append` must not overlap with themselves (the caller queues them).
 */
export class Journal {
  readonly id: JournalId;
  readonly #context: SealingContext;
  readonly #chains = new Map<SessionId, Chain>();
  readonly #inboxes = new Map<SessionId, Inbox>();
  /** Chains that moved since our own last block, for its dependencies. */
  readonly #moved = new Set<SessionId>();
  #writer: { readonly session: Session; readonly chain: ChainWriter } | undefined;
  #waitingBytes = 0;

  constructor(id: JournalId, context: SealingContext) {
    this.id = id;
    this.#context = context;
  }

  frontier(): Frontier {
    return new Map([...this.#chains].map(([session, chain]) => [session, chain.head]));
  }

  digest(): Uint8Array {
    return frontierDigest(this.frontier());
  }

  headSeq(session: SessionId): number {
    return this.#chains.get(session)?.head.seq ?? -1;
  }

  /** Sessions of which something is held. */
  sessions(): KnownSession[] {
    return [...this.#chains.values()].map((chain) => chain.known);
  }

  deviceOf(session: SessionId): DeviceId | undefined {
    return this.#chains.get(session)?.known.device;
  }

  /** Takes over what a local state covers. Before anything is received. */
  restore(known: readonly KnownSession[], frontier: Frontier): void {
    for (const session of known) {
      const head = frontier.get(session.session);
      if (!head) continue;
      this.#chains.set(session.session, { known: session, head });
      this.#moved.add(session.session);
    }
  }

  /** Writes our own next blocks; one call's contents become one signed run. */
  async append(session: Session, contents: readonly BlockContent[], wallMs: number): Promise<SealedBlock[]> {
    if (this.#writer?.session !== session) {
      this.#writer = { session, chain: new ChainWriter(this.id, session, this.#context) };
    }
    const deps = this.#takeDependencies(session.id);
    const blocks = await this.#writer.chain.write(contents, deps, wallMs);
    const last = blocks.at(-1);
    if (last) {
      const { id, device, clientId, keys } = session;
      const known = { session: id, device, clientId, sessionKey: keys.publicKey };
      this.#chains.set(id, { known, head: { seq: last.seq, id: last.id } });
    }
    return blocks;
  }

  /** Takes blocks from a neighbour or the store, in any order, any number of times. Never rejects. */
  async receive(bytes: readonly Uint8Array[]): Promise<Received> {
    const refused: Refusal[] = [];
    const touched = new Set<SessionId>();
    let dropped = false;
    for (const one of bytes) {
      const block = parseBlock(one, this.#context.keys.roomIdBytes);
      const verdict = block ? this.#take(block) : "malformed";
      if (verdict === "taken" && block) touched.add(block.session);
      else if (verdict === "no-room") dropped = true;
      else if (verdict !== "known" && verdict !== "taken") refused.push(verdict);
    }
    for (const session of touched) refused.push(...(await this.#verify(session)));
    return { accepted: this.#release(), refused, incomplete: dropped || this.#waitingBytes > 0 };
  }

  /** Forgets what waits; it comes again with the next sync. */
  dropWaiting(): void {
    for (const inbox of this.#inboxes.values()) {
      inbox.waiting.clear();
      inbox.ready.length = 0;
    }
    this.#waitingBytes = 0;
  }

  #take(block: ParsedBlock): Refusal | "taken" | "known" | "no-room" {
    const { keys } = this.#context;
    if (block.journal !== this.id || !sameBytes(block.epoch, keys.epoch)) return "foreign";
    const chain = this.#chains.get(block.session);
    if (chain && block.seq <= chain.head.seq) {
      return block.seq === chain.head.seq && block.id !== chain.head.id ? "fork" : "known";
    }
    const inbox = this.#inboxOf(block.session, chain);
    if (!inbox) return "too-many";
    if (inbox.frozen) return "unreadable";
    const nextReady = (inbox.ready.at(-1)?.block.seq ?? chain?.head.seq ?? -1) + 1;
    if (block.seq < nextReady || inbox.waiting.get(block.seq)?.id === block.id) return "known";
    if (this.#waitingBytes + block.bytes.length > limits.maxWaitingBytes && block.seq !== nextReady)
      return "no-room";
    const replaced = inbox.waiting.get(block.seq);
    this.#waitingBytes += block.bytes.length - (replaced?.bytes.length ?? 0);
    inbox.waiting.set(block.seq, block);
    return "taken";
  }

  #inboxOf(session: SessionId, chain: Chain | undefined): Inbox | undefined {
    const existing = this.#inboxes.get(session);
    if (existing) return existing;
    if (this.#inboxes.size >= limits.maxSessions) return undefined;
    const inbox: Inbox = { known: chain?.known, waiting: new Map(), ready: [], frozen: false };
    this.#inboxes.set(session, inbox);
    return inbox;
  }

  /** Moves the signed part of the run that continues the chain from `waiting` to `ready`. */
  async #verify(session: SessionId): Promise<Refusal[]> {
    const inbox = this.#inboxes.get(session);
    if (!inbox) return [];
    const refused: Refusal[] = [];
    const run = this.#nextRun(session, inbox, refused);
    const first = run[0];
    if (!first) return refused;
    const known = inbox.known ?? (await this.#admit(first));
    if (!known) {
      this.#drop(inbox, first);
      return [...refused, "bad-certificate"];
    }
    const verified = await this.#signedPart(inbox, run, known, refused);
    for (const block of verified) {
      inbox.waiting.delete(block.seq);
      const body = this.#open(block);
      if (!body) {
        inbox.frozen = true;
        this.#waitingBytes -= block.bytes.length;
        refused.push("unreadable");
        return refused;
      }
      inbox.known = known;
      inbox.ready.push({ block, body });
    }
    return refused;
  }

  /** The blocks at hand that continue the chain without a gap. */
  #nextRun(session: SessionId, inbox: Inbox, refused: Refusal[]): ParsedBlock[] {
    const head = this.#chains.get(session)?.head;
    const before = inbox.ready.at(-1)?.block ?? head;
    let prev = before && idBytes(before.id);
    const run: ParsedBlock[] = [];
    for (let seq = (before?.seq ?? -1) + 1; ; seq++) {
      const block = inbox.waiting.get(seq);
      if (!block) return run;
      if (prev ? !sameBytes(block.prev, prev) : block.prev.some((byte) => byte !== 0)) {
        this.#drop(inbox, block);
        refused.push("broken-chain");
        return run;
      }
      prev = idBytes(block.id);
      run.push(block);
    }
  }

  /** The longest start of the run that ends in a good signature; blocks whose signature is bad are dropped. */
  async #signedPart(
    inbox: Inbox,
    run: readonly ParsedBlock[],
    known: KnownSession,
    refused: Refusal[],
  ): Promise<readonly ParsedBlock[]> {
    const { signatures, keys } = this.#context;
    for (let at = run.length - 1; at >= 0; at--) {
      const block = run[at];
      if (!block?.signature) continue;
      const message = signedBytes(keys.roomIdBytes, block.id);
      if (await signatures.verify(known.sessionKey, message, block.signature)) return run.slice(0, at + 1);
      this.#drop(inbox, block);
      refused.push("bad-signature");
    }
    return [];
  }

  /** Reads who speaks in a chain's open block; `undefined` when nobody vouches for it. */
  async #admit(first: ParsedBlock): Promise<KnownSession | undefined> {
    const { roomIdBytes } = this.#context.keys;
    const { sessionKey } = first;
    if (!sessionKey || sessionOfKey(roomIdBytes, sessionKey) !== first.session) return undefined;
    const device = this.#open(first)?.device;
    if (!device) return undefined;
    const certified = certifiedBytes(roomIdBytes, sessionKey);
    if (!(await this.#context.signatures.verify(device.publicKey, certified, device.certificate)))
      return undefined;
    return {
      session: first.session,
      sessionKey,
      device: deviceIdOf(device.publicKey),
      clientId: clientIdOfKey(roomIdBytes, sessionKey),
    };
  }

  #open(block: ParsedBlock): BlockBody | undefined {
    const { keys } = this.#context;
    const associated = blockAssociated(keys.roomIdBytes, block.header);
    const plaintext = openWith(keys.block, block.nonce, associated, block.ciphertext);
    return plaintext && decodeBody(plaintext);
  }

  /** Accepts every ready block whose dependencies are here, until none is left. */
  #release(): AcceptedBlock[] {
    const accepted: AcceptedBlock[] = [];
    for (let progress = true; progress; ) {
      progress = false;
      for (const [session, inbox] of this.#inboxes) {
        const { known } = inbox;
        for (
          let next = inbox.ready[0];
          known && next && this.#hasAll(next.body.deps);
          next = inbox.ready[0]
        ) {
          inbox.ready.shift();
          accepted.push(this.#accept(known, next));
          progress = true;
        }
        if (inbox.waiting.size === 0 && inbox.ready.length === 0 && !inbox.frozen)
          this.#inboxes.delete(session);
      }
    }
    return accepted;
  }

  #accept(known: KnownSession, { block, body }: ReadyBlock): AcceptedBlock {
    const { id, seq, bytes, session, prev } = block;
    this.#waitingBytes -= bytes.length;
    this.#chains.set(session, { known, head: { seq, id } });
    this.#moved.add(session);
    const { device, clientId } = known;
    return { id, seq, bytes, session, prev, device, clientId, wallMs: body.wallMs, content: body.content };
  }

  #hasAll(deps: readonly Dependency[]): boolean {
    return deps.every((dep) => {
      const head = this.#chains.get(dep.session)?.head;
      if (!head || head.seq < dep.seq) return false;
      return head.seq > dep.seq || sameBytes(idBytes(head.id).subarray(0, 16), dep.id);
    });
  }

  #takeDependencies(own: SessionId): Dependency[] {
    const deps: Dependency[] = [];
    for (const session of this.#moved) {
      const head = this.#chains.get(session)?.head;
      if (head && session !== own) deps.push({ session, seq: head.seq, id: idBytes(head.id).slice(0, 16) });
      this.#moved.delete(session);
      if (deps.length === limits.maxBlockDeps) break;
    }
    return deps;
  }

  #drop(inbox: Inbox, block: ParsedBlock): void {
    if (inbox.waiting.delete(block.seq)) this.#waitingBytes -= block.bytes.length;
  }
}
