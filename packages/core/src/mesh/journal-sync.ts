import type { JournalId, PeerId, SessionId } from "../ids.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { Frontier } from "../journal/frontier.js";
import type { Journal } from "../journal/journal.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import type { StoredBlock } from "../ports/store.js";
import { sameBytes } from "../wire/codec.js";
import type { Message } from "./messages.js";
import type { Neighbour } from "./neighbour.js";
import type { Puller, PullTurn } from "./pull-turn.js";

/** A document, as the mesh sees it. */
export interface Replica {
  readonly journal: Journal;
  /** All it holds is on a disk. */
  isDurable(): boolean;
  receive(blocks: readonly Uint8Array[], from: PeerId): void;
  readChain(session: SessionId, fromSeq: number, maxBytes: number): Promise<readonly StoredBlock[]>;
}

/** Blocks read and sent at a time when a neighbour catches up; several chains take turns. */
const streamBytes = 128 * 1024;
/** A neighbour that was asked and sends nothing for so long loses its turn. */
const pullPatienceMs = 10_000;
/** After this long a sync that should be complete is looked at again; doubled each time it is not. */
const retryMs = 1_000;
const maxRetryMs = 60_000;

/** What is said about one journal. */
export type JournalMessage = Extract<Message, { readonly journal: JournalId }>;

export interface JournalSyncOptions {
  readonly neighbour: Neighbour;
  readonly replica: Replica;
  readonly turn: PullTurn;
  readonly clock: Clock;
  readonly onChange: () => void;
  /** They said that their store holds the chain up to `seq`. */
  readonly onConfirmed: (session: SessionId, seq: number) => void;
  /** Everything that was asked for is here. */
  readonly onCaughtUp: () => void;
}

/** One neighbour and one journal: what they hold, what is sent, what has been confirmed. */
export class JournalSync implements Puller {
  readonly #options: JournalSyncOptions;
  /** What they have, or will have once the lanes have drained. */
  #known = new Map<SessionId, number>();
  /** What they said they hold, when they last said; undefined until they said. */
  #claimed: ReadonlyMap<SessionId, number> | undefined;
  /** They do not keep this document. */
  #absent = false;
  #streaming = false;
  #streamAgain = false;
  #overflowed = false;
  #retryMs = retryMs;
  #cancelRetry: (() => void) | undefined;
  #cancelPatience: (() => void) | undefined;
  #closed = false;

  constructor(options: JournalSyncOptions) {
    this.#options = options;
    options.turn.add(this);
  }

  /** We lack nothing that they said they hold, and everything they asked for has been sent. */
  get isSynced(): boolean {
    return this.#absent || (this.#claimed !== undefined && !this.#streaming && !this.wantsPull);
  }

  /** They hold something that we lack. */
  get wantsPull(): boolean {
    const { journal } = this.#options.replica;
    for (const [session, seq] of this.#claimed ?? []) if (journal.headSeq(session) < seq) return true;
    return false;
  }

  /** Says what we hold; they answer if they hold anything else. */
  greet(): void {
    const { journal, isDurable } = this.#options.replica;
    this.#send({ type: "digest", journal: journal.id, digest: journal.digest(), durable: isDurable() });
  }

  /** Sends blocks that are new here, in the order of their chain. */
  offer(session: SessionId, blocks: readonly SealedBlock[]): void {
    if (this.#absent || this.#overflowed) return;
    const { neighbour } = this.#options;
    for (const { seq, bytes } of blocks) {
      if (seq <= (this.#known.get(session) ?? -1)) continue;
      if (!neighbour.hasRoomForLive) {
        void this.#catchUpLater();
        return;
      }
      this.#send({ type: "blocks", journal: this.#id, blocks: [bytes] });
      this.#known.set(session, seq);
    }
  }

  /** They have this block: they sent it, or said so. */
  noteHeld(session: SessionId, seq: number): void {
    if (seq > (this.#known.get(session) ?? -1)) this.#known.set(session, seq);
  }

  /** Something that came waits for what we lack: see soon what they hold. */
  askSoon(): void {
    this.#retryLater();
  }

  receive(message: JournalMessage): void {
    switch (message.type) {
      case "digest":
        this.#onDigest(message.digest, message.durable);
        break;
      case "frontier":
        this.#onFrontier(headSeqs(message.frontier), message.durable, message.want);
        break;
      case "blocks":
        if (this.#options.turn.isHeldBy(this)) this.#beginPatience();
        this.#options.replica.receive(message.blocks, this.#options.neighbour.id);
        break;
      case "end":
        this.#endPull();
        this.#retryLater();
        break;
      case "absent":
        this.#absent = true;
        this.#endPull();
        break;
      case "receipt":
        for (const [session, seq] of message.stored) this.#confirm(session, seq);
        break;
      default:
        message satisfies never;
    }
    this.#options.onChange();
  }

  /** The turn is ours: ask for what we lack. */
  pull(): void {
    this.#beginPatience();
    this.#sendFrontier(true);
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#cancelPatience?.();
    this.#options.turn.remove(this);
  }

  get #id(): JournalId {
    return this.#options.replica.journal.id;
  }

  #send(message: JournalMessage, lane: "live" | "bulk" = "live"): void {
    this.#options.neighbour.send(lane, message);
  }

  #onDigest(digest: Uint8Array, durable: boolean): void {
    this.#absent = false;
    const { replica, turn } = this.#options;
    if (!sameBytes(digest, replica.journal.digest())) {
      if (turn.isHeldBy(this)) return;
      if (turn.take(this)) this.pull();
      else this.#sendFrontier(false);
      return;
    }
    this.#noteClaim(headSeqs(replica.journal.frontier()), durable);
    this.#endPull();
  }

  #onFrontier(heads: ReadonlyMap<SessionId, number>, durable: boolean, want: boolean): void {
    this.#absent = false;
    this.#noteClaim(heads, durable);
    if (want) void this.#stream();
    const { turn } = this.#options;
    if (this.wantsPull && !turn.isHeldBy(this) && turn.take(this)) this.pull();
  }

  #noteClaim(heads: ReadonlyMap<SessionId, number>, durable: boolean): void {
    this.#claimed = heads;
    this.#known = new Map(heads);
    if (durable) for (const [session, seq] of heads) this.#confirm(session, seq);
  }

  #sendFrontier(want: boolean): void {
    const { journal, isDurable } = this.#options.replica;
    this.#send({
      type: "frontier",
      journal: journal.id,
      frontier: journal.frontier(),
      durable: isDurable(),
      want,
    });
  }

  #confirm(session: SessionId, seq: number): void {
    this.#options.onConfirmed(session, seq);
    this.noteHeld(session, seq);
  }

  #beginPatience(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = this.#options.clock.setTimer(() => {
      this.#endPull();
      this.#retryLater();
    }, pullPatienceMs);
  }

  #endPull(): void {
    this.#cancelPatience?.();
    this.#options.turn.release(this);
  }

  /** The lane is full: what comes now is left out, and they hear of it when there is room. */
  async #catchUpLater(): Promise<void> {
    this.#overflowed = true;
    await this.#options.neighbour.roomFor("live");
    this.#overflowed = false;
    if (!this.#closed) this.greet();
  }

  /** Sends everything they lack of what we hold now, from the store, as fast as the link takes it. */
  async #stream(): Promise<void> {
    this.#streamAgain = true;
    if (this.#streaming) return;
    this.#streaming = true;
    while (this.#streamAgain && !this.#closed) {
      this.#streamAgain = false;
      const goal = headSeqs(this.#options.replica.journal.frontier());
      while (await this.#streamRound(goal)) this.#options.onChange();
    }
    this.#streaming = false;
    if (this.#closed) return;
    this.#send({ type: "end", journal: this.#id }, "bulk");
    this.#options.onChange();
  }

  /** One turn for each chain they lack something of; false when there was nothing to send. */
  async #streamRound(goal: ReadonlyMap<SessionId, number>): Promise<boolean> {
    const { neighbour, replica } = this.#options;
    let sentAny = false;
    for (const [session, seq] of goal) {
      const next = (this.#known.get(session) ?? -1) + 1;
      if (next > seq) continue;
      const blocks = await replica.readChain(session, next, streamBytes);
      await neighbour.roomFor("bulk");
      if (this.#closed) return false;
      const last = blocks.at(-1);
      // Not stored yet, or another way brought it to them meanwhile: a later round or a retry looks again.
      if (!last || (this.#known.get(session) ?? -1) + 1 !== next) continue;
      for (const group of groupBlocks(blocks))
        this.#send({ type: "blocks", journal: this.#id, blocks: group }, "bulk");
      this.#known.set(session, last.seq);
      sentAny = true;
    }
    return sentAny;
  }

  /** Looks again later whether we have all they hold. */
  #retryLater(): void {
    if (this.#cancelRetry || this.#closed) return;
    this.#cancelRetry = this.#options.clock.setTimer(() => {
      this.#cancelRetry = undefined;
      if (this.#absent) return;
      if (!this.wantsPull) {
        this.#retryMs = retryMs;
        this.#options.onCaughtUp();
        return;
      }
      this.#retryMs = Math.min(2 * this.#retryMs, maxRetryMs);
      const { turn } = this.#options;
      if (turn.take(this)) this.pull();
      else this.#retryLater();
    }, this.#retryMs);
  }
}

const headSeqs = (frontier: Frontier): Map<SessionId, number> =>
  new Map([...frontier].map(([session, head]) => [session, head.seq]));

/** Messages of blocks that stay below the limit of a message. */
const groupBlocks = (blocks: readonly StoredBlock[]): Uint8Array[][] => {
  const groups: Uint8Array[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    if (bytes + block.bytes.length > limits.maxBlockBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(block.bytes);
    bytes += block.bytes.length + 4;
  }
  return groups;
};
