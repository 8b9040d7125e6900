import type { JournalId, SessionId } from "../ids.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { Clock } from "../ports/clock.js";
import { sameBytes } from "../wire/codec.js";
import { ChainStream, headSeqs, type Replica } from "./chain-stream.js";
import { HeldChains } from "./held-chains.js";
import type { Message } from "./messages.js";
import type { Neighbour } from "./neighbour.js";
import type { Puller, PullTurn } from "./pull-turn.js";

/** A neighbour that was asked and sends nothing for so long loses its turn. */
const pullPatienceMs = 10_000;
/** After this long a sync that should be complete is looked at again; doubled each time it is not. */
const retryMs = 1_000;
const maxRetryMs = 60_000;
/**
 * Two that were even and write on are never quite even: what one has said is on its way to the other. Only a difference
 * that lasts longer counts, and is asked for. Well above the delay of a live edit, below what people take for a fault.
 */
const lagMs = 1_000;

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
  /** What was missing here is here now. */
  readonly onCaughtUp: () => void;
}

/** One neighbour and one journal: what they hold, what is sent, what has been confirmed. */
export class JournalSync implements Puller {
  readonly #options: JournalSyncOptions;
  readonly #held = new HeldChains();
  readonly #stream: ChainStream;
  /** What they said they hold, when they last said; undefined until they said. */
  #claimed: ReadonlyMap<SessionId, number> | undefined;
  /** They do not keep this document. */
  #absent = false;
  #overflowed = false;
  /** Settles when every block that came so far has been read: what is said after blocks counts after them. */
  #read: Promise<unknown> = Promise.resolve();
  /** This pull is for what was really missing, and has brought some of it. */
  #catchingUp = false;
  /** How many blocks were missing when the pull began. */
  #asked = 0;
  #gained = false;
  /** Messages of blocks that came and were not read yet. */
  #unread = 0;
  #retryMs = retryMs;
  #cancelRetry: (() => void) | undefined;
  #cancelPatience: (() => void) | undefined;
  #cancelLag: (() => void) | undefined;
  #closed = false;

  constructor(options: JournalSyncOptions) {
    this.#options = options;
    const { neighbour, replica, turn, onChange } = options;
    this.#stream = new ChainStream(neighbour, replica, this.#held, onChange);
    turn.add(this);
  }

  /** We lack nothing that they said they hold, and everything they asked for has been sent, give or take what is on its way. */
  get isSynced(): boolean {
    return this.#isEven || this.#cancelLag !== undefined;
  }

  get #isEven(): boolean {
    if (this.#absent) return true;
    return this.#claimed !== undefined && !this.#stream.isRunning && !this.#overflowed && !this.wantsPull;
  }

  /** They hold something that we lack. */
  get wantsPull(): boolean {
    return this.#missing() > 0;
  }

  /** Blocks that are still missing, and that were when they were asked for; undefined while nothing is fetched here. */
  get progress(): { readonly missing: number; readonly of: number } | undefined {
    const missing = this.#missing();
    return missing > 0 && this.#options.turn.isHeldBy(this)
      ? { missing, of: Math.max(missing, this.#asked) }
      : undefined;
  }

  /** Says what we hold; they answer if they hold anything else. */
  greet(): void {
    const { journal, isDurable } = this.#options.replica;
    this.#send({ type: "digest", journal: journal.id, digest: journal.digest(), durable: isDurable() });
  }

  /** Sends blocks that are new here, in the order of their chain. */
  offer(session: SessionId, blocks: readonly SealedBlock[]): void {
    if (this.#absent || this.#overflowed) return;
    const [first] = blocks;
    if (first && this.#stream.isRunning && this.#held.firstMissing(session) < first.seq) {
      // They could not use these before the older ones that are on their way: the stream brings them in their turn.
      void this.#stream.run();
      return;
    }
    for (const { seq, bytes } of blocks) {
      if (this.#held.has(session, seq)) continue;
      if (!this.#options.neighbour.hasRoomForLive) {
        void this.#catchUpLater();
        return;
      }
      this.#send({ type: "blocks", journal: this.#id, blocks: [bytes] });
      this.#held.noteSent(session, seq);
    }
  }

  /** They have this block: they sent it, or said so. */
  noteHeld(session: SessionId, seq: number): void {
    this.#held.noteHeld(session, seq);
  }

  /** Something that came waits for what we lack: if it still does soon, ask. */
  askSoon(): void {
    this.#retryLater();
  }

  receive(message: JournalMessage): void {
    if (message.type === "blocks") {
      this.#unread++;
      this.#read = this.#options.replica
        .receive(message.blocks, this.#options.neighbour.id)
        .then((accepted) => this.#onRead(accepted));
      return;
    }
    void this.#read.then(() => {
      if (this.#closed) return;
      const wasEven = this.#isEven;
      this.#take(message);
      if (wasEven) this.#watchLag();
      this.#options.onChange();
    });
  }

  /** The turn is ours: ask for what we lack. */
  pull(): void {
    if (!this.isSynced) this.#catchingUp = true;
    this.#gained = false;
    this.#asked = this.#missing();
    this.#beginPatience();
    this.#sendFrontier(true);
  }

  close(): void {
    this.#closed = true;
    this.#stream.close();
    this.#cancelRetry?.();
    this.#cancelPatience?.();
    this.#cancelLag?.();
    this.#options.turn.remove(this);
  }

  get #id(): JournalId {
    return this.#options.replica.journal.id;
  }

  /** Blocks that they said they hold and we lack. */
  #missing(): number {
    const { journal } = this.#options.replica;
    let missing = 0;
    for (const [session, seq] of this.#claimed ?? []) missing += Math.max(0, seq - journal.headSeq(session));
    return missing;
  }

  #send(message: JournalMessage): void {
    this.#options.neighbour.send("live", message);
  }

  #onRead(accepted: number): void {
    this.#unread--;
    if (this.#closed || accepted === 0) return;
    this.#gained = true;
    if (this.#options.turn.isHeldBy(this)) this.#beginPatience();
  }

  #take(message: Exclude<JournalMessage, { readonly type: "blocks" }>): void {
    switch (message.type) {
      case "digest":
        this.#onDigest(message.digest, message.durable);
        return;
      case "frontier":
        this.#onFrontier(headSeqs(message.frontier), message.durable, message.want);
        return;
      case "end":
        this.#endPull();
        this.#lookAgain();
        return;
      case "absent":
        this.#absent = true;
        this.#endPull();
        return;
      case "receipt":
        for (const [session, seq] of message.stored) this.#confirm(session, seq);
        return;
      default:
        message satisfies never;
    }
  }

  #onDigest(digest: Uint8Array, durable: boolean): void {
    this.#absent = false;
    const { replica, turn } = this.#options;
    if (sameBytes(digest, replica.journal.digest())) {
      this.#noteClaim(headSeqs(replica.journal.frontier()), durable);
      this.#endPull();
      return;
    }
    if (turn.isHeldBy(this)) return;
    if (turn.take(this)) this.pull();
    else this.#sendFrontier(false);
  }

  #onFrontier(heads: ReadonlyMap<SessionId, number>, durable: boolean, want: boolean): void {
    const wasSynced = this.isSynced;
    this.#absent = false;
    this.#noteClaim(heads, durable);
    if (want) void this.#stream.run();
    if (!wasSynced) this.#pullIfMissing();
  }

  #noteClaim(heads: ReadonlyMap<SessionId, number>, durable: boolean): void {
    this.#claimed = heads;
    this.#asked = Math.max(this.#missing(), this.#asked);
    this.#held.replace(heads);
    if (durable) for (const [session, seq] of heads) this.#options.onConfirmed(session, seq);
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

  #pullIfMissing(): void {
    const { turn } = this.#options;
    if (this.wantsPull && !turn.isHeldBy(this) && turn.take(this)) this.pull();
  }

  /** We were even and are not: see whether it lasts. */
  #watchLag(): void {
    if (this.#isEven || this.#cancelLag || this.#closed) return;
    this.#cancelLag = this.#options.clock.setTimer(() => {
      this.#cancelLag = undefined;
      this.#pullIfMissing();
      this.#options.onChange();
    }, lagMs);
  }

  #beginPatience(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = this.#options.clock.setTimer(() => {
      // Reading may take a slow device longer than its patience.
      if (this.#unread > 0) {
        this.#beginPatience();
        return;
      }
      this.#endPull();
      this.#retryLater();
    }, pullPatienceMs);
  }

  #endPull(): void {
    this.#asked = 0;
    this.#cancelPatience?.();
    this.#options.turn.release(this);
  }

  /** The lane is full: what comes now is left out, and they hear of it when there is room. */
  async #catchUpLater(): Promise<void> {
    const wasEven = this.#isEven;
    this.#overflowed = true;
    // They are behind from here on, and should know.
    this.#sendFrontier(false);
    if (wasEven) this.#watchLag();
    await this.#options.neighbour.roomFor("live");
    this.#overflowed = false;
    if (!this.#closed) this.greet();
  }

  /** Whether all that was missing is here; if not, asks again later. */
  #lookAgain(): void {
    if (this.wantsPull || this.#options.replica.isIncomplete()) {
      this.#retryLater();
      return;
    }
    this.#retryMs = retryMs;
    const caughtUp = this.#catchingUp && this.#gained;
    this.#catchingUp = false;
    if (caughtUp) this.#options.onCaughtUp();
  }

  #retryLater(): void {
    if (this.#cancelRetry || this.#closed) return;
    this.#cancelRetry = this.#options.clock.setTimer(() => {
      this.#cancelRetry = undefined;
      if (this.#absent) return;
      if (!this.wantsPull && !this.#options.replica.isIncomplete()) {
        this.#lookAgain();
        return;
      }
      const { turn } = this.#options;
      if (turn.isHeldBy(this)) return;
      if (turn.take(this)) {
        this.#retryMs = Math.min(2 * this.#retryMs, maxRetryMs);
        this.pull();
      } else this.#retryLater();
    }, this.#retryMs);
  }
}
