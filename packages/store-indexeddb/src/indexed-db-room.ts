import {
  type AppendOptions,
  type JournalId,
  ManyhandsError,
  type RoomStore,
  type SessionId,
  type SigningKeys,
  type StoredBlock,
  type StoredJournal,
  type StoreHealth,
} from "@manyhands/core";
import { AppendQueue } from "./append-queue.js";
import { isSessionId } from "./block-run.js";
import type { Connection } from "./connection.js";
import { deviceKeys } from "./device-keys.js";
import {
  type DamagedRecord,
  isDamaged,
  journalsOf,
  loadJournal,
  type Reading,
  readChain,
} from "./read-journal.js";
import { resultOf, type TransactionPlan } from "./transaction.js";
import { writeState } from "./write-state.js";

export interface IndexedDbRoomOptions {
  readonly connection: Connection;
  readonly health: () => StoreHealth;
  /** Called after every append that had to be on the disk and is. */
  onStrictAppend(): void;
}

/** One room's database. */
export class IndexedDbRoom implements RoomStore {
  readonly durable = true;
  readonly #options: IndexedDbRoomOptions;
  readonly #connection: Connection;
  readonly #appends: AppendQueue;
  #closing: Promise<void> | undefined;

  constructor(options: IndexedDbRoomOptions) {
    this.#options = options;
    this.#connection = options.connection;
    this.#appends = new AppendQueue(options.connection);
  }

  get health(): StoreHealth {
    return this.#options.health();
  }

  async deviceKeys(create: () => Promise<SigningKeys>): Promise<SigningKeys> {
    this.#mustBeOpen();
    return deviceKeys(this.#connection, create);
  }

  async append(journal: JournalId, blocks: readonly StoredBlock[], options: AppendOptions): Promise<void> {
    this.#mustBeOpen();
    if (blocks.length === 0) return;
    await this.#appends.append(journal, blocks, options);
    if (options.durability === "strict") this.#options.onStrictAppend();
  }

  async load(journal: JournalId): Promise<StoredJournal> {
    return this.#read("load", ["tail", "history", "state"], (transaction) =>
      loadJournal(transaction, journal),
    );
  }

  async readChain(
    journal: JournalId,
    session: SessionId,
    fromSeq: number,
    maxBytes: number,
  ): Promise<readonly StoredBlock[]> {
    return this.#read("readChain", ["tail", "history"], (transaction) =>
      readChain(transaction, journal, session, fromSeq, maxBytes),
    );
  }

  async writeState(
    journal: JournalId,
    state: Uint8Array,
    covers: ReadonlyMap<SessionId, number>,
  ): Promise<void> {
    this.#mustBeOpen();
    const record = { journal, state: state.slice(), covers: new Map(covers) };
    await this.#connection.run("writeState", {
      stores: ["tail", "history", "state"],
      mode: "readwrite",
      durability: "relaxed",
      work: (transaction) => writeState(transaction, record),
    });
  }

  async journals(): Promise<readonly JournalId[]> {
    this.#mustBeOpen();
    const found = await this.#connection.run("journals", {
      stores: ["tail", "history", "state"],
      mode: "readonly",
      work: (transaction) =>
        Promise.all([
          journalsOf(transaction.objectStore("tail")),
          journalsOf(transaction.objectStore("history")),
          resultOf(transaction.objectStore("state").getAllKeys()),
        ]),
    });
    return [...new Set(found.flat())].filter(isJournalId);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#appends.settled();
    await this.#connection.settled();
    this.#connection.close(closedError());
  }

  #mustBeOpen(): void {
    if (this.#closing) throw closedError();
  }

  async #read<Value>(
    during: string,
    stores: TransactionPlan<unknown>["stores"],
    work: (transaction: IDBTransaction) => Promise<Reading<Value>>,
  ): Promise<Value> {
    this.#mustBeOpen();
    const { value, damaged } = await this.#connection.run(during, { stores, mode: "readonly", work });
    if (damaged.length > 0) await this.#drop(damaged);
    return value;
  }

  // A damaged record still holds its key, and would keep the same blocks from being stored when others send them again.
  async #drop(damaged: readonly DamagedRecord[]): Promise<void> {
    const why = `${damaged.length} records on the disk cannot be read and are left out; others may still have them.`;
    this.#connection.report(new ManyhandsError("storage-failed", why));
    const dropping = this.#connection.run("dropping damaged records", {
      stores: ["tail", "history", "state"],
      mode: "readwrite",
      work: (transaction) =>
        Promise.all(
          damaged.map(async ({ store, key }) => {
            const records = transaction.objectStore(store);
            if (isDamaged(store, await resultOf<unknown>(records.get(key))))
              await resultOf(records.delete(key));
          }),
        ),
    });
    await dropping.catch((cause: ManyhandsError) => this.#connection.report(cause));
  }
}

const closedError = (): ManyhandsError =>
  new ManyhandsError("closed", "This part of the store has been closed.");

const isJournalId = (key: IDBValidKey): key is string & JournalId => isSessionId(key);
