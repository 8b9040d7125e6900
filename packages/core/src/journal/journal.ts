import { type DeviceId, idBytes, type JournalId, type SessionId } from "../ids.js";
import { limits } from "../limits.js";
import { sameBytes } from "../wire/codec.js";
import { type ParsedBlock, parseBlock } from "./block.js";
import type { BlockContent, Dependency } from "./block-body.js";
import { admitSession, openBlock, verifyRun } from "./block-verifier.js";
import { ChainWriter, type SealedBlock, type SealingContext } from "./chain-writer.js";
import { type Frontier, frontierDigest, type Head } from "./frontier.js";
import { Inbox, type ReadyBlock, type Tally } from "./inbox.js";
import type { KnownSession, Session } from "./session.js";

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
  /** Not a block. */
  | "malformed"
  /** Of another journal or epoch. */
  | "foreign"
  /** Does not follow the verified block before it. Seen of honest neighbours too when a session has forked. */
  | "broken-chain"
  | "bad-signature"
  /** No device vouches for the session, or the session is not that of its key. */
  | "bad-certificate"
  /** Signed, and cannot be read; or of a session of which that is known. */
  | "unreadable"
  /** Another block than the one held at the chain's head. Seen of honest neighbours too when a session has forked. */
  | "fork"
  /** Of a session beyond `limits.maxSessions`. */
  | "too-many";

/** Blocks whose form and signatures were checked; they count once they are accepted. */
export interface Verified {
  readonly touched: ReadonlySet<SessionId>;
  readonly refused: readonly Refusal[];
}

export interface Received {
  /** In an order in which each follows what it depends on. */
  readonly accepted: readonly AcceptedBlock[];
  readonly refused: readonly Refusal[];
  /** Something waits for blocks that are not here, or was dropped for want of room: a sync is due. */
  readonly incomplete: boolean;
}

/** What is held of one session's chain. */
interface Chain {
  readonly known: KnownSession;
  readonly head: Head;
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
  /** Sessions whose next block waits for one of the session they are listed under. */
  readonly #blocked = new Map<SessionId, Set<SessionId>>();
  readonly #tally: Tally = { bytes: 0 };
  #writer: { readonly session: Session; readonly chain: ChainWriter } | undefined;
  #digest: Uint8Array | undefined;

  constructor(id: JournalId, context: SealingContext) {
    this.id = id;
    this.#context = context;
  }

  frontier(): Frontier {
    return new Map([...this.#chains].map(([session, chain]) => [session, chain.head]));
  }

  digest(): Uint8Array {
    this.#digest ??= frontierDigest(this.frontier());
    return this.#digest;
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
      this.#advance(session, head);
      this.#moved.add(session.session);
    }
  }

  /**
   * Writes our own next blocks; one call's contents become one signed run. `depsBefore` is what the author had when it
   * began them; default: what it has now. Rejects when signing does; then nothing was written.
   */
  async append(
    session: Session,
    contents: readonly BlockContent[],
    wallMs: number,
    depsBefore?: readonly Dependency[],
  ): Promise<SealedBlock[]> {
    if (contents.length === 0) return [];
    const writer = this.#writerOf(session);
    const deps = depsBefore ?? this.takeDependencies(session);
    try {
      const blocks = await writer.write(contents, deps, wallMs);
      const last = blocks.at(-1);
      const { id, device, clientId, keys } = session;
      if (last) this.#advance({ session: id, device, clientId, sessionKey: keys.publicKey }, last);
      return blocks;
    } catch (error) {
      for (const dep of deps) this.#moved.add(dep.session);
      throw error;
    }
  }

  /** The chains that moved since this was last asked: what a block that is begun now depends on. */
  takeDependencies(own: Session): Dependency[] {
    this.#writerOf(own);
    const deps = [...this.#moved].flatMap((session) => {
      const head = this.#chains.get(session)?.head;
      return head && session !== own.id
        ? [{ session, seq: head.seq, id: idBytes(head.id).slice(0, 16) }]
        : [];
    });
    this.#moved.clear();
    return deps;
  }

  /** Takes blocks from a neighbour or the store, in any order, any number of times. Never rejects. */
  async receive(bytes: readonly Uint8Array[]): Promise<Received> {
    return this.accept(await this.verify(bytes));
  }

  /** The first half of `receive`: checks forms, chains and signatures; accepts nothing yet. Never rejects. */
  async verify(bytes: readonly Uint8Array[]): Promise<Verified> {
    const refused: Refusal[] = [];
    const touched = new Set<SessionId>();
    for (const one of bytes) {
      const block = parseBlock(one, this.#context.keys.roomIdBytes);
      const verdict = block ? this.#take(block) : "malformed";
      if (verdict === "taken" && block) touched.add(block.session);
      else if (verdict !== "known" && verdict !== "taken") refused.push(verdict);
    }
    for (const session of touched) refused.push(...(await this.#verify(session)));
    return { touched, refused };
  }

  /** The second half, at once: accepts what was verified and has all that it depends on. */
  accept({ touched, refused }: Verified): Received {
    const accepted = this.#release(touched);
    const shed = this.#shed();
    return { accepted, refused, incomplete: shed || this.#tally.bytes > 0 };
  }

  #take(block: ParsedBlock): Refusal | "taken" | "known" {
    const { keys } = this.#context;
    if (block.journal !== this.id || !sameBytes(block.epoch, keys.epoch)) return "foreign";
    const chain = this.#chains.get(block.session);
    if (chain && block.seq <= chain.head.seq) {
      return block.seq === chain.head.seq && block.id !== chain.head.id ? "fork" : "known";
    }
    return this.#inboxOf(block.session, chain)?.take(block, chain?.head) ?? "too-many";
  }

  #inboxOf(session: SessionId, chain: Chain | undefined): Inbox | undefined {
    const existing = this.#inboxes.get(session);
    if (existing) return existing;
    // A frontier of more sessions than the limit could be read by nobody.
    if (!chain && this.#chains.size + this.#inboxes.size >= limits.maxSessions) return undefined;
    const inbox = new Inbox(this.#tally, chain?.known);
    this.#inboxes.set(session, inbox);
    return inbox;
  }

  /** Makes the signed part of the run that continues the chain ready. */
  async #verify(session: SessionId): Promise<Refusal[]> {
    const inbox = this.#inboxes.get(session);
    const run = inbox?.run(this.#chains.get(session)?.head) ?? [];
    if (run === "broken-chain") return [run];
    const first = run[0];
    if (!inbox || !first || run.every((block) => !block.signature)) return [];
    const known = inbox.known ?? (await admitSession(first, this.#context));
    if (!known) {
      inbox.drop(first);
      return ["bad-certificate"];
    }
    const { verified, forged } = await verifyRun(run, known.sessionKey, this.#context);
    for (const block of forged) inbox.drop(block);
    const refused: Refusal[] = forged.map(() => "bad-signature");
    for (const block of verified) {
      inbox.known = known;
      const body = openBlock(block, this.#context);
      if (!body) {
        inbox.freeze();
        return [...refused, "unreadable"];
      }
      inbox.makeReady(block, body);
    }
    return refused;
  }

  /** Accepts every ready block whose dependencies are here, beginning with the sessions that changed. */
  #release(changed: Iterable<SessionId>): AcceptedBlock[] {
    const accepted: AcceptedBlock[] = [];
    const due = new Set(changed);
    for (const session of due) {
      due.delete(session);
      const inbox = this.#inboxes.get(session);
      if (!inbox) continue;
      const before = accepted.length;
      for (let next = inbox.next; next && inbox.known; next = inbox.next) {
        const missing = this.#firstMissing(next.body.deps);
        if (missing) {
          this.#blockedBy(missing).add(session);
          break;
        }
        inbox.shift();
        accepted.push(this.#accept(inbox.known, next));
      }
      if (inbox.isEmpty) this.#inboxes.delete(session);
      if (accepted.length === before) continue;
      for (const freed of this.#blocked.get(session) ?? []) due.add(freed);
      this.#blocked.delete(session);
    }
    return accepted;
  }

  #accept(known: KnownSession, { block, body }: ReadyBlock): AcceptedBlock {
    const { id, seq, bytes, session, prev } = block;
    this.#advance(known, { seq, id });
    this.#moved.add(session);
    const { device, clientId } = known;
    return { id, seq, bytes, session, prev, device, clientId, wallMs: body.wallMs, content: body.content };
  }

  #advance(known: KnownSession, { seq, id }: Head): void {
    this.#chains.set(known.session, { known, head: { seq, id } });
    this.#digest = undefined;
  }

  #blockedBy(missing: SessionId): Set<SessionId> {
    const blocked = this.#blocked.get(missing) ?? new Set<SessionId>();
    this.#blocked.set(missing, blocked);
    return blocked;
  }

  /**
   * Keeps what waits within `limits.maxWaitingBytes`: all of it comes again with the next sync. The longest chain loses its
   * far end, again and again: no chain pushes out another, and the next block of each stays, so that one can be accepted.
   * True when anything went.
   */
  #shed(): boolean {
    if (this.#tally.bytes <= limits.maxWaitingBytes) return false;
    while (this.#tally.bytes > limits.maxWaitingBytes) {
      const [session, inbox] = [...this.#inboxes].reduce((a, b) => (b[1].bytes > a[1].bytes ? b : a));
      const missing = inbox.next && this.#firstMissing(inbox.next.body.deps);
      inbox.trim(inbox.bytes / 2);
      if (missing && !inbox.next) this.#unblock(missing, session);
      if (inbox.isEmpty) this.#inboxes.delete(session);
    }
    return true;
  }

  #unblock(missing: SessionId, session: SessionId): void {
    const blocked = this.#blocked.get(missing);
    blocked?.delete(session);
    if (blocked?.size === 0) this.#blocked.delete(missing);
  }

  #firstMissing(deps: readonly Dependency[]): SessionId | undefined {
    return deps.find((dep) => {
      const head = this.#chains.get(dep.session)?.head;
      if (!head || head.seq < dep.seq) return true;
      return head.seq === dep.seq && !sameBytes(idBytes(head.id).subarray(0, 16), dep.id);
    })?.session;
  }

  #writerOf(session: Session): ChainWriter {
    if (this.#writer?.session !== session) {
      // A session of which others know nothing yet names everything that was there before it.
      for (const known of this.#chains.keys()) this.#moved.add(known);
      const chain = new ChainWriter(this.id, session, this.#context, this.#chains.get(session.id)?.head);
      this.#writer = { session, chain };
    }
    return this.#writer.chain;
  }
}
