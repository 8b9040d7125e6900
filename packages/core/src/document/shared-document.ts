import type * as Y from "yjs";
import type { ManyhandsError } from "../errors.js";
import type { JournalId, PeerId, SessionId } from "../ids.js";
import type { Frontier } from "../journal/frontier.js";
import type { AcceptedBlock, Journal } from "../journal/journal.js";
import type { DocumentOptions } from "./document-options.js";
import { EditWriter } from "./edit-writer.js";
import { type IncomingBatch, IncomingBlocks } from "./incoming-blocks.js";
import { openLocalState, sealLocalState } from "./local-state.js";
import { PartsAssembler } from "./parts.js";
import { runsOf } from "./runs.js";
import { StateKeeper } from "./state-keeper.js";
import {
  applyUpdates,
  type EncodedUpdate,
  encodeBeyond,
  encodeState,
  isEmpty,
  isPending,
  keepPure,
} from "./yjs.js";

/** Joins one Y.Doc to its journal: what is written goes out as blocks, blocks that come go in. */
export class SharedDocument {
  readonly doc: Y.Doc;
  readonly journal: Journal;
  readonly #options: DocumentOptions;
  readonly #assembler = new PartsAssembler();
  readonly #incoming = new IncomingBlocks();
  readonly #states: StateKeeper;
  readonly #seeds = new Set<string>();
  readonly #undoPurity: () => void;
  readonly #openedAt: number;
  readonly #writer: EditWriter;
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  #reading = false;
  #incomplete = false;
  #storing = 0;
  #closed = false;

  constructor(options: DocumentOptions) {
    this.#options = options;
    this.doc = options.doc;
    this.journal = options.journal;
    this.#openedAt = options.clock.now();
    this.#states = new StateKeeper(options.clock, () => void this.#writeState());
    this.#writer = new EditWriter(options, (blocks) => this.#states.count(blocks));
    this.#undoPurity = keepPure(this.doc);
  }

  get id(): JournalId {
    return this.journal.id;
  }

  /** Everything that was taken from others has been answered by the store. */
  get isSettled(): boolean {
    return this.#storing === 0;
  }

  /** Something that came waits for blocks that are not here. */
  get isIncomplete(): boolean {
    return this.#incomplete;
  }

  /** When the oldest own edit that is not stored yet was made; `undefined` when all are. */
  get unsavedSince(): number | undefined {
    if (!this.#isLoaded) return isEmpty(this.doc) ? undefined : this.#openedAt;
    return this.#writer.unsavedSince;
  }

  /** Why own edits stay unsaved; `undefined` while they do not. */
  get problem(): ManyhandsError | undefined {
    return this.#writer.problem;
  }

  /** Fills the doc from the store, takes what the doc held before as an import, and begins to follow it. Called once. */
  async load(): Promise<void> {
    this.#loading = this.#load();
    await this.#loading;
  }

  async #load(): Promise<void> {
    const updates = await this.#readStored();
    const early = isEmpty(this.doc) ? undefined : encodeBeyond(this.doc, updates);
    // A subdocument that is opened again meets blocks of this very session: Yjs would take its client for stolen.
    this.doc.clientID = 0;
    this.#apply(updates);
    this.doc.clientID = this.#options.session.clientId;
    this.#writer.follow((origin) => origin === this);
    this.#isLoaded = true;
    if (early) this.#import(early);
    this.#options.events.onChange();
  }

  async #readStored(): Promise<EncodedUpdate[]> {
    const { store, keys, logger } = this.#options;
    const { state, tail } = await store.load(this.id);
    const local = state && openLocalState(state, this.id, keys);
    if (state && !local) logger.log("warn", "document.local-state-unreadable", { journal: this.id });
    if (local) {
      this.journal.restore(local.sessions, local.frontier);
      for (const seed of local.seeds) this.#seeds.add(seed);
    }
    const received = await this.journal.receive(tail.map((block) => block.bytes));
    this.#incomplete = received.incomplete;
    this.#states.count(received.accepted);
    const updates = this.#assemble(received.accepted);
    return local ? [{ version: 2, bytes: local.update }, ...updates] : updates;
  }

  /** Takes blocks that a neighbour sent; resolves, when they have been read, with how many were new. Never rejects. */
  async receive(blocks: readonly Uint8Array[], from: PeerId): Promise<number> {
    if (this.#closed) return 0;
    const read = this.#incoming.put(blocks, from);
    if (!read) {
      this.#incomplete = true;
      this.#options.events.onIncomplete(from);
      return 0;
    }
    if (!this.#reading) void this.#readAll();
    return await read;
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    for (let batch = this.#incoming.take(); batch; batch = this.#incoming.take()) {
      batch.done(await this.#read(batch));
    }
    this.#reading = false;
  }

  async #read({ blocks, from }: IncomingBatch): Promise<number> {
    const { events } = this.#options;
    const verified = await this.journal.verify(blocks);
    if (this.#closed) return 0;
    // All at once, so that no edit of ours falls between accepting and applying.
    this.#writer.cut();
    const { accepted, refused, incomplete } = this.journal.accept(verified);
    this.#incomplete = incomplete;
    this.#apply(this.#assemble(accepted));
    if (accepted.length > 0) {
      // What waited until now came from somebody else, perhaps.
      for (const run of runsOf(accepted, ({ bytes }) => this.#incoming.senderOf(bytes) ?? from))
        events.onAccepted(run.items, run.key);
      void this.#store(accepted);
    }
    if (refused.length > 0) events.onRefused(refused, from);
    if (incomplete) events.onIncomplete(from);
    return accepted.length;
  }

  /** Not awaited by whoever shows the edits: that does not wait for the disk, and the store keeps the order. */
  async #store(accepted: readonly AcceptedBlock[]): Promise<void> {
    this.#storing++;
    const stored = await this.#options.store.append(this.id, accepted, { durability: "relaxed" });
    this.#storing--;
    if (this.#closed) return;
    this.#states.count(accepted);
    if (stored) this.#options.events.onStored(accepted);
  }

  #assemble(accepted: readonly AcceptedBlock[]): EncodedUpdate[] {
    const updates: EncodedUpdate[] = [];
    for (const block of accepted) {
      if (block.content.seed !== "") this.#seeds.add(block.content.seed);
      const update = this.#assembler.take(block);
      if (update) updates.push(update);
    }
    return updates;
  }

  #apply(updates: readonly EncodedUpdate[]): void {
    if (updates.length === 0) return;
    const { logger } = this.#options;
    for (const error of applyUpdates(this.doc, updates, this))
      logger.log("error", "document.applying-threw", { journal: this.id, error });
    if (isPending(this.doc)) logger.log("error", "document.yjs-pending", { journal: this.id });
  }

  /** Writes `update` under a seed's name unless the seed was ever applied here. */
  seed(name: string, update: EncodedUpdate): void {
    if (this.#seeds.has(name) || this.#closed) return;
    this.#seeds.add(name);
    this.#import(update, name);
  }

  #import(update: EncodedUpdate, seed = ""): void {
    this.#apply([update]);
    this.#writer.import(update, seed);
  }

  /** Resolves when every edit made before the call has been offered to the store. */
  async flush(): Promise<void> {
    await this.#loading;
    await this.#writer.flush();
  }

  /** Keeps the document's state, so that opening need not read every block. Skipped while edits are under way. */
  async #writeState(): Promise<void> {
    if (this.#closed || this.#reading || this.#writer.isBusy) return;
    const { store, keys, random } = this.#options;
    const covered = this.#coveredFrontier();
    const state = {
      sessions: this.journal.sessions().filter(({ session }) => covered.has(session)),
      frontier: covered,
      seeds: [...this.#seeds],
      update: encodeState(this.doc).bytes,
    };
    this.#states.reset();
    const sealed = sealLocalState(state, this.id, keys, random);
    const covers = new Map<SessionId, number>([...covered].map(([session, head]) => [session, head.seq]));
    // Behind every append of these blocks: the store keeps the order of calls.
    await store.writeState(this.id, sealed, covers);
  }

  /** A chain in the middle of an update is covered up to where that update begins: the state lacks what comes. */
  #coveredFrontier(): Frontier {
    const frontier = new Map(this.journal.frontier());
    for (const [session, begun] of this.#assembler.unfinished()) {
      if (begun) frontier.set(session, begun);
      else frontier.delete(session);
    }
    return frontier;
  }

  /** Stores what is still to be stored, then lets go of the doc. */
  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    this.#writer.close();
    this.#states.close();
    this.#incoming.close();
    this.#undoPurity();
  }
}
