import type * as Y from "yjs";
import type { JournalId, PeerId, SessionId } from "../ids.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { Frontier } from "../journal/frontier.js";
import type { AcceptedBlock, Journal, Refusal } from "../journal/journal.js";
import type { Session } from "../journal/session.js";
import type { StoreGuard } from "../journal/store-guard.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import { ChangeTracker } from "./change-tracker.js";
import { openLocalState, sealLocalState } from "./local-state.js";
import { PartsAssembler, splitUpdate, type UpdateAbout } from "./parts.js";
import {
  applyUpdates,
  clockOf,
  type EncodedUpdate,
  encodeBeyond,
  encodeChanges,
  encodeState,
  isEmpty,
  isPending,
  keepPure,
} from "./yjs.js";

/** What a document tells the room. */
export interface DocumentEvents {
  /** Own blocks, stored if the store works. */
  onWritten(blocks: readonly SealedBlock[], session: Session): void;
  /** Blocks that `from` sent were taken and are in the doc. */
  onAccepted(blocks: readonly AcceptedBlock[], from: PeerId): void;
  /** … and now they are in the store as well. */
  onStored(blocks: readonly AcceptedBlock[]): void;
  onRefused(refused: readonly Refusal[], from: PeerId): void;
  /** Something that `from` sent waits for blocks nobody sent yet. */
  onIncomplete(from: PeerId): void;
  onChange(): void;
}

export interface DocumentOptions {
  readonly doc: Y.Doc;
  readonly journal: Journal;
  readonly store: StoreGuard;
  readonly session: Session;
  readonly keys: RoomKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly events: DocumentEvents;
}

const own = (clock: number, clockLength: number): UpdateAbout => ({
  origin: "own",
  clock,
  clockLength,
  seed: "",
});
const imported = (seed = ""): UpdateAbout => ({ origin: "import", clock: 0, clockLength: 0, seed });

/** Joins one Y.Doc to its journal: what is written goes out as blocks, blocks that come go in. */
export class SharedDocument {
  readonly doc: Y.Doc;
  readonly journal: Journal;
  readonly #options: DocumentOptions;
  readonly #assembler = new PartsAssembler();
  readonly #seeds = new Set<string>();
  readonly #undoPurity: () => void;
  readonly #incoming: { readonly from: PeerId; readonly blocks: readonly Uint8Array[] }[] = [];
  /** Updates to write as they are: imports and seeds. */
  readonly #imports: { readonly update: EncodedUpdate; readonly seed: string }[] = [];
  #tracker: ChangeTracker | undefined;
  #writing: Promise<void> | undefined;
  #reading = false;
  #storing = 0;
  /** It is time to write what has gathered. */
  #due = false;
  /** Own edits taken from the tracker that are not stored yet: when the first was made. */
  #writingSince: number | undefined;
  #unstatedBlocks = 0;
  #unstatedBytes = 0;
  #cancelIdle: (() => void) | undefined;
  #closed = false;

  constructor(options: DocumentOptions) {
    this.#options = options;
    this.doc = options.doc;
    this.journal = options.journal;
    this.#undoPurity = keepPure(this.doc);
  }

  get id(): JournalId {
    return this.journal.id;
  }

  /** Everything that was taken from others has been answered by the store. */
  get isSettled(): boolean {
    return this.#storing === 0;
  }

  /** When the oldest own edit that is not stored yet was made; `undefined` when all are. */
  get unsavedSince(): number | undefined {
    return this.#writingSince ?? this.#tracker?.changedSince;
  }

  /** Fills the doc from the store, takes what the doc held before as an import, and begins to follow it. */
  async load(): Promise<void> {
    const { session, clock } = this.#options;
    const updates = await this.#readStored();
    if (this.#closed) return;
    const early = isEmpty(this.doc) ? undefined : encodeBeyond(this.doc, updates);
    applyUpdates(this.doc, updates, this);
    // After loading: Yjs gives a doc another client when it meets its own in what it loads.
    this.doc.clientID = session.clientId;
    this.#tracker = new ChangeTracker(
      this.doc,
      clock,
      (origin) => origin === this,
      () => this.#write(),
    );
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
    this.#countUnstated(received.accepted);
    const updates = this.#assemble(received.accepted);
    return local ? [{ version: 2, bytes: local.update }, ...updates] : updates;
  }

  /** Takes blocks that a neighbour sent. */
  receive(blocks: readonly Uint8Array[], from: PeerId): void {
    if (this.#closed) return;
    this.#incoming.push({ from, blocks });
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    const { events, store } = this.#options;
    this.#reading = true;
    for (let batch = this.#incoming.shift(); batch && !this.#closed; batch = this.#incoming.shift()) {
      const blocks = [...batch.blocks];
      // What the same neighbour sent meanwhile is verified in one go: one signature for a whole run.
      while (this.#incoming[0]?.from === batch.from) blocks.push(...(this.#incoming.shift()?.blocks ?? []));
      const { accepted, refused, incomplete } = await this.journal.receive(blocks);
      if (this.#closed) return;
      this.#apply(this.#assemble(accepted));
      if (accepted.length > 0) {
        events.onAccepted(accepted, batch.from);
        // Not awaited: showing an edit does not wait for the disk, and the store keeps the order.
        this.#storing++;
        void store.append(this.id, accepted, { durability: "relaxed" }).then((stored) => {
          this.#storing--;
          this.#countUnstated(accepted);
          if (stored && !this.#closed) events.onStored(accepted);
        });
      }
      if (refused.length > 0) events.onRefused(refused, batch.from);
      if (incomplete) events.onIncomplete(batch.from);
    }
    this.#reading = false;
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
    try {
      applyUpdates(this.doc, updates, this);
    } catch (error) {
      logger.log("error", "document.update-refused-by-yjs", { journal: this.id, error });
    }
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
    this.#imports.push({ update, seed });
    this.#write();
  }

  /** Resolves when every edit made before the call has been offered to the store. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    this.#due = true;
    if (!this.#writing && !this.#closed) this.#writing = this.#writeDue();
  }

  async #writeDue(): Promise<void> {
    const { store, session, clock, events } = this.#options;
    await Promise.resolve();
    while (this.#due) {
      this.#due = false;
      const contents = [...this.#takeImports(), ...this.#takeChanges()];
      if (contents.length === 0) continue;
      this.#writingSince ??= clock.now();
      const blocks = await this.journal.append(session, contents, clock.now());
      const stored = blocks.map(({ seq, bytes }) => ({ session: session.id, seq, bytes }));
      await store.append(this.id, stored, { durability: "strict" });
      this.#countUnstated(blocks);
      events.onWritten(blocks, session);
    }
    this.#writing = undefined;
    this.#writingSince = undefined;
    events.onChange();
  }

  #takeImports() {
    return this.#imports.splice(0).flatMap(({ update, seed }) => splitUpdate(update, imported(seed)));
  }

  #takeChanges() {
    if (!this.#tracker?.hasChanges) return [];
    const { session } = this.#options;
    const { from, deletions, transactions, since } = this.#tracker.take();
    this.#writingSince = Math.min(since, this.#writingSince ?? since);
    // A single edit is smaller in version 1, a batch in version 2.
    const update = encodeChanges(this.doc, from, deletions, transactions === 1 ? 1 : 2);
    const begin = from.get(session.clientId);
    const isOwn = from.size === (begin === undefined ? 0 : 1);
    const clock = begin ?? 0;
    const length = begin === undefined ? 0 : clockOf(this.doc, session.clientId) - begin;
    return splitUpdate(update, isOwn ? own(clock, length) : imported());
  }

  #countUnstated(blocks: readonly SealedBlock[]): void {
    if (blocks.length === 0 || this.#closed) return;
    this.#unstatedBlocks += blocks.length;
    for (const block of blocks) this.#unstatedBytes += block.bytes.length;
    this.#cancelIdle?.();
    const { clock } = this.#options;
    if (this.#unstatedBlocks < limits.stateAfterBlocks && this.#unstatedBytes < limits.stateAfterBytes)
      return;
    this.#cancelIdle = clock.setTimer(() => void this.#writeState(), limits.stateIdleMs);
  }

  /** Keeps the document's state, so that opening need not read every block. Skipped while edits are under way. */
  async #writeState(): Promise<void> {
    if (this.#closed || this.#writing || this.#reading || this.#tracker?.hasChanges) return;
    const { store, keys, random } = this.#options;
    const covered = this.#coveredFrontier();
    const state = {
      sessions: this.journal.sessions().filter(({ session }) => covered.has(session)),
      frontier: covered,
      seeds: [...this.#seeds],
      update: encodeState(this.doc).bytes,
    };
    this.#unstatedBlocks = 0;
    this.#unstatedBytes = 0;
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
    this.#tracker?.close();
    this.#cancelIdle?.();
    this.#undoPurity();
  }
}
