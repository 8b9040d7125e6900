import { asManyhandsError, ManyhandsError } from "../errors.js";
import type { BlockContent, Dependency } from "../journal/block-body.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import { limits } from "../limits.js";
import { type Changes, ChangeTracker } from "./change-tracker.js";
import type { DocumentOptions } from "./document-options.js";
import { splitUpdate, type UpdateAbout } from "./parts.js";
import { clockOf, type EncodedUpdate, encodeChanges, encodeOwnChanges } from "./yjs.js";

/** Edits that could not be signed are tried again so soon. */
const retryMs = 5_000;

/** Blocks that are stored and sent in one go: the first of a large paste are on their way while the last are sealed. */
const runBlocks = 8;

const own = (clock: number, clockLength: number): UpdateAbout => ({
  origin: "own",
  clock,
  clockLength,
  seed: "",
});
const imported = (seed = ""): UpdateAbout => ({ origin: "import", clock: 0, clockLength: 0, seed });

/** What was written between two edits of others, and what its author had seen by then. */
interface Batch {
  readonly contents: BlockContent[];
  readonly deps: readonly Dependency[];
}

/** Turns what is written into a doc into own blocks, one batch after the other: into the store first, then out. */
export class EditWriter {
  readonly #options: DocumentOptions;
  readonly #onStored: (blocks: readonly SealedBlock[]) => void;
  /** Updates to write as they are: imports and seeds. */
  readonly #imports: { readonly update: EncodedUpdate; readonly seed: string }[] = [];
  /** Taken up and not written yet; what could not be signed waits here for the next try. */
  readonly #batches: Batch[] = [];
  #tracker: ChangeTracker | undefined;
  #writing: Promise<void> | undefined;
  /** It is time to write what has gathered. */
  #due = false;
  /** Edits that were taken up and are not stored yet: when the first was made. */
  #writingSince: number | undefined;
  #problem: ManyhandsError | undefined;
  /** Changes that are larger than others take, and how many they were when that was found. */
  #stuckAt = 0;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: DocumentOptions, onStored: (blocks: readonly SealedBlock[]) => void) {
    this.#options = options;
    this.#onStored = onStored;
  }

  /** When the oldest edit that is not stored yet was made, ms since 1970; `undefined` when all are. */
  get unsavedSince(): number | undefined {
    return this.#writingSince ?? this.#tracker?.changedSince;
  }

  /** Why edits stay unsaved; `undefined` while they do not. */
  get problem(): ManyhandsError | undefined {
    return this.#problem;
  }

  get isBusy(): boolean {
    return this.#writing !== undefined || this.#batches.length > 0 || this.#tracker?.hasChanges === true;
  }

  /** Begins to write every change of the doc, but those whose origin is ours. */
  follow(isOurs: (origin: unknown) => boolean): void {
    const { doc, clock, events } = this.#options;
    const onUnsaved = (): void => events.onChange();
    this.#tracker = new ChangeTracker(doc, clock, isOurs, onUnsaved, () => this.#write());
  }

  /** Writes an update that the doc has already. */
  import(update: EncodedUpdate, seed: string): void {
    this.#imports.push({ update, seed });
    this.#writingSince ??= this.#options.clock.now();
    this.#options.events.onChange();
    this.#write();
  }

  /**
   * Ends the batch: what is written from here on may rest on edits of others that are about to be applied. A block's
   * dependencies are exactly what its author had when it wrote, so that a reader can judge it by them.
   */
  cut(): void {
    this.#takeUp();
    if (this.#batches.length > 0) this.#write();
  }

  /** Resolves when every edit made before the call has been offered to the store. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#tracker?.close();
  }

  #write(): void {
    this.#due = true;
    if (!this.#writing && !this.#closed) this.#writing = this.#writeDue();
  }

  async #writeDue(): Promise<void> {
    const { events } = this.#options;
    await Promise.resolve();
    try {
      while (this.#due) {
        this.#due = false;
        this.#takeUp();
        for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
          await this.#writeRun(batch.contents.slice(0, runBlocks), batch.deps);
          batch.contents.splice(0, runBlocks);
          if (batch.contents.length === 0) this.#batches.shift();
        }
      }
      if (this.#imports.length === 0) this.#writingSince = undefined;
      if (this.#imports.length === 0 && this.#stuckAt === 0) this.#problem = undefined;
    } catch (cause) {
      this.#due = false;
      this.#problem = asManyhandsError(
        cause,
        "unsupported",
        "The latest edits could not be signed: they stay unsaved.",
      );
      this.#retryLater();
    }
    this.#writing = undefined;
    events.onChange();
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.setTimer(() => this.#write(), retryMs);
  }

  #takeUp(): void {
    const { journal, session } = this.#options;
    const imports = this.#takeImports();
    // What was written after an import that cannot go out may rest on it.
    const contents = this.#imports.length > 0 ? imports : [...imports, ...this.#takeChanges()];
    if (contents.length > 0) this.#batches.push({ contents, deps: journal.takeDependencies(session) });
  }

  async #writeRun(contents: readonly BlockContent[], deps: readonly Dependency[]): Promise<void> {
    const { journal, store, session, clock, events } = this.#options;
    const blocks = await journal.append(session, contents, clock.now(), deps);
    const stored = blocks.map(({ seq, bytes }) => ({ session: session.id, seq, bytes }));
    await store.append(journal.id, stored, { durability: "strict" });
    this.#onStored(blocks);
    events.onWritten(blocks, this.#writingSince ?? clock.now());
  }

  #takeImports(): BlockContent[] {
    const taken = this.#imports.filter(({ update }) => this.#fits(update));
    const left = this.#imports.filter(({ update }) => !this.#fits(update));
    this.#imports.splice(0, this.#imports.length, ...left);
    return taken.flatMap(({ update, seed }) => splitUpdate(update, imported(seed)));
  }

  #takeChanges(): BlockContent[] {
    if (!this.#tracker?.hasChanges || this.#tracker.count === this.#stuckAt) return [];
    const changes = this.#tracker.take();
    const updates = this.#encode(changes);
    if (!updates.every(({ update }) => this.#fits(update))) {
      // Others could not take it, nor anything after it: it stays, and with it what follows, until it is deleted.
      this.#tracker.putBack(changes);
      this.#stuckAt = changes.transactions;
      return [];
    }
    this.#stuckAt = 0;
    this.#writingSince = Math.min(changes.since, this.#writingSince ?? changes.since);
    return updates.flatMap(({ update, about }) => splitUpdate(update, about));
  }

  #encode({ from, deletions, transactions }: Changes): { update: EncodedUpdate; about: UpdateAbout }[] {
    const { doc, session } = this.#options;
    const { clientId } = session;
    // A single edit is smaller in version 1, a batch in version 2.
    const version = transactions === 1 ? 1 : 2;
    if ([...from.keys()].some((client) => client !== clientId)) {
      return [{ update: encodeChanges(doc, from, deletions, version), about: imported() }];
    }
    const begin = from.get(clientId) ?? clockOf(doc, clientId);
    return encodeOwnChanges(doc, clientId, begin, deletions, version, limits.maxOwnUpdateBytes).map(
      (update) => ({
        update,
        about: own(update.clock, update.length),
      }),
    );
  }

  #fits({ bytes }: EncodedUpdate): boolean {
    if (bytes.length <= limits.maxUpdateBytes) return true;
    const problem = `One change of ${bytes.length} bytes is more than others take: it and what follows stay unsaved until it is deleted. Share large files outside of the document.`;
    this.#problem = new ManyhandsError("too-large", problem);
    return false;
  }
}
