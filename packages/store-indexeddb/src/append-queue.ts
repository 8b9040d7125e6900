import { type AppendOptions, type JournalId, ManyhandsError, type StoredBlock } from "@manyhands/core";
import { appendRun } from "./append-runs.js";
import { packRuns } from "./block-run.js";
import type { Connection } from "./connection.js";
import { limits } from "./limits.js";
import { storageError } from "./storage-error.js";

interface WaitingAppend {
  readonly journal: JournalId;
  readonly blocks: readonly StoredBlock[];
  readonly bytes: number;
  readonly strict: boolean;
  resolve(): void;
  reject(error: ManyhandsError): void;
}

/**
 * Group commit: appends that come while a transaction runs share the next one, because a transaction costs a
 * millisecond and a block in it next to nothing.
 */
export class AppendQueue {
  readonly #connection: Connection;
  #waiting: WaitingAppend[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves when a transaction with all of `blocks` is committed. */
  append(journal: JournalId, blocks: readonly StoredBlock[], options: AppendOptions): Promise<void> {
    const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > limits.maxWaitingBytes) {
      const why = "Too much waits to be written: the disk does not keep up. Try again later.";
      return Promise.reject(new ManyhandsError("storage-failed", why));
    }
    return new Promise((resolve, reject) => {
      const copies = blocks.map((block) => ({ ...block, bytes: block.bytes.slice() }));
      const strict = options.durability === "strict";
      this.#waiting.push({ journal, blocks: copies, bytes, strict, resolve, reject });
      this.#waitingBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Appends of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#running = undefined;
  }

  #takeGroup(): WaitingAppend[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#waiting) {
      if (count > 0 && bytes + append.bytes > limits.maxGroupBytes) break;
      bytes += append.bytes;
      count++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly WaitingAppend[]): Promise<void> {
    try {
      const runs = runsOf(group);
      await this.#connection.run("append", {
        stores: ["tail", "history"],
        mode: "readwrite",
        durability: group.some(({ strict }) => strict) ? "strict" : "relaxed",
        work: (transaction) => Promise.all(runs.map((run) => appendRun(transaction, run))),
      });
      for (const append of group) append.resolve();
    } catch (cause) {
      for (const append of group) append.reject(storageError(cause, "append"));
    }
  }
}

const runsOf = (group: readonly WaitingAppend[]) => {
  const journals = new Map<JournalId, Map<string, StoredBlock>>();
  for (const { journal, blocks } of group) {
    const distinct = journals.get(journal) ?? new Map<string, StoredBlock>();
    journals.set(journal, distinct);
    for (const block of blocks) {
      const name = `${block.session}/${block.seq}`;
      if (!distinct.has(name)) distinct.set(name, block);
    }
  }
  return [...journals].flatMap(([journal, distinct]) =>
    packRuns(journal, [...distinct.values()], limits.maxRecordBytes),
  );
};
