import { asManyhandsError, ManyhandsError } from "../errors.js";
import type { BlockContent, Dependency } from "../journal/block-body.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import { limits } from "../limits.js";
import { ChangeTracker } from "./change-tracker.js";
import type { DocumentOptions } from "./document-options.js";
import { splitUpdate, type UpdateAbout } from "./parts.js";
import { clockOf, type EncodedUpdate, encodeChanges, encodeOwnChanges } from "./yjs.js";

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
  #closed = false;

  constructor(options: DocumentOptions, onStored: (blocks: readonly SealedBlock[]) => void) {
    this.#options = options;
    this.#onStored = onStored;
  }

  /** When the oldest edit that is not stored yet was made, ms since 1970; `undefined` when all are. */
  get unsavedSince(): number | undefined {
    return this.#writingSince ?? this.#tracker?.changedSince;
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
      this.#writingSince = undefined;
    } catch (cause) {
      this.#due = false;
      events.onProblem(
        asManyhandsError(cause, "unsupported", "The latest edits could not be signed: they stay unsaved."),
      );
    }
    this.#writing = undefined;
    events.onChange();
  }

  #takeUp(): void {
    const { journal, session } = this.#options;
    const contents = [...this.#takeImports(), ...this.#takeChanges()];
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
    return this.#imports.splice(0).flatMap(({ update, seed }) => this.#split(update, imported(seed)));
  }

  #takeChanges(): BlockContent[] {
    if (!this.#tracker?.hasChanges) return [];
    const { doc, session } = this.#options;
    const { from, deletions, transactions, since } = this.#tracker.take();
    this.#writingSince = Math.min(since, this.#writingSince ?? since);
    // A single edit is smaller in version 1, a batch in version 2.
    const version = transactions === 1 ? 1 : 2;
    const begin = from.get(session.clientId) ?? clockOf(doc, session.clientId);
    if ([...from.keys()].some((client) => client !== session.clientId)) {
      return this.#split(encodeChanges(doc, from, deletions, version), imported());
    }
    return encodeOwnChanges(
      doc,
      session.clientId,
      begin,
      deletions,
      version,
      limits.maxOwnUpdateBytes,
    ).flatMap((update) => this.#split(update, own(update.clock, update.length)));
  }

  #split(update: EncodedUpdate, about: UpdateAbout): BlockContent[] {
    if (update.bytes.length > limits.maxUpdateBytes) {
      const problem = `One change of ${update.bytes.length} bytes is more than others take: share large files outside of the document.`;
      this.#options.events.onProblem(new ManyhandsError("too-large", problem));
    }
    return splitUpdate(update, about);
  }
}
