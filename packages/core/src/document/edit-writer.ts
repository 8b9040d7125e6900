import { ManyhandsError } from "../errors.js";
import type { BlockContent } from "../journal/block-body.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import { limits } from "../limits.js";
import { ChangeTracker } from "./change-tracker.js";
import type { DocumentOptions } from "./document-options.js";
import { splitUpdate, type UpdateAbout } from "./parts.js";
import { clockOf, type EncodedUpdate, encodeChanges } from "./yjs.js";

/** So many blocks share a signature: receivers hold a run back until its signed end, within `limits.maxWaitingBytes`. */
const runBlocks = 8;

const own = (clock: number, clockLength: number): UpdateAbout => ({
  origin: "own",
  clock,
  clockLength,
  seed: "",
});
const imported = (seed = ""): UpdateAbout => ({ origin: "import", clock: 0, clockLength: 0, seed });

/** Turns what is written into a doc into own blocks, one batch after the other: into the store first, then out. */
export class EditWriter {
  readonly #options: DocumentOptions;
  readonly #onStored: (blocks: readonly SealedBlock[]) => void;
  /** Updates to write as they are: imports and seeds. */
  readonly #imports: { readonly update: EncodedUpdate; readonly seed: string }[] = [];
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
    return this.#writing !== undefined || this.#tracker?.hasChanges === true;
  }

  /** Begins to write every change of the doc, but those whose origin is ours. */
  follow(isOurs: (origin: unknown) => boolean): void {
    const { doc, clock } = this.#options;
    this.#tracker = new ChangeTracker(doc, clock, isOurs, () => this.#write());
  }

  /** Writes an update that the doc has already. */
  import(update: EncodedUpdate, seed: string): void {
    this.#imports.push({ update, seed });
    this.#writingSince ??= this.#options.clock.now();
    this.#write();
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
    await Promise.resolve();
    while (this.#due) {
      this.#due = false;
      const contents = [...this.#takeImports(), ...this.#takeChanges()];
      for (let at = 0; at < contents.length; at += runBlocks)
        await this.#writeRun(contents.slice(at, at + runBlocks));
    }
    this.#writing = undefined;
    this.#writingSince = undefined;
    this.#options.events.onChange();
  }

  async #writeRun(contents: readonly BlockContent[]): Promise<void> {
    const { journal, store, session, clock, events } = this.#options;
    const blocks = await journal.append(session, contents, clock.now());
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
    const update = encodeChanges(doc, from, deletions, transactions === 1 ? 1 : 2);
    const begin = from.get(session.clientId);
    const isOwn = from.size === (begin === undefined ? 0 : 1);
    const clock = begin ?? 0;
    const length = begin === undefined ? 0 : clockOf(doc, session.clientId) - begin;
    return this.#split(update, isOwn ? own(clock, length) : imported());
  }

  #split(update: EncodedUpdate, about: UpdateAbout): BlockContent[] {
    if (update.bytes.length > limits.maxUpdateBytes) {
      const problem = `One change of ${update.bytes.length} bytes is more than others take: share large files outside of the document.`;
      this.#options.events.onProblem(new ManyhandsError("too-large", problem));
    }
    return splitUpdate(update, about);
  }
}
