import { type Clock, ManyhandsError, type StoreEvents } from "@manyhands/core";
import { type OpenedDatabase, openDatabase } from "./open-database.js";
import { isConnectionGone, storageError } from "./storage-error.js";
import { runTransaction, type TransactionPlan } from "./transaction.js";

export interface ConnectionOptions {
  readonly factory: IDBFactory;
  readonly name: string;
  readonly clock: Clock;
  readonly events: StoreEvents;
  /** The database was opened again and found empty: what it held is gone. */
  onLost(): void;
}

/** A room's way to its database: opens it again when the browser has closed it, and steps aside for a newer version. */
export class Connection {
  readonly #options: ConnectionOptions;
  #database: IDBDatabase | undefined;
  #reopening: Promise<IDBDatabase> | undefined;
  /** Why no transaction may begin any more. */
  #ended: ManyhandsError | undefined;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Opens the database for the first time. */
  async open(): Promise<OpenedDatabase> {
    const { factory, name, clock } = this.#options;
    const opened = await openDatabase(factory, name, clock);
    this.#adopt(opened.database);
    return opened;
  }

  /** Runs a transaction; every rejection is a `ManyhandsError`. */
  run<Result>(during: string, plan: TransactionPlan<Result>): Promise<Result> {
    const running = this.#run(during, plan);
    this.#running.add(running);
    const done = () => this.#running.delete(running);
    running.then(done, done);
    return running;
  }

  /** Resolves when no transaction runs. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /** Ends the connection; transactions that run are finished by the browser. Idempotent. */
  close(why: ManyhandsError): void {
    this.#ended ??= why;
    this.#forget();
  }

  /** Tells whoever opened the room's part of something that no call reports. */
  report(problem: ManyhandsError): void {
    try {
      this.#options.events.onProblem(problem);
    } catch {
      // A listener's failure is the listener's.
    }
  }

  async #run<Result>(during: string, plan: TransactionPlan<Result>): Promise<Result> {
    const database = await this.#current();
    try {
      return await runTransaction(database, this.#options.clock, plan);
    } catch (cause) {
      const closedMeanwhile = this.#database !== database || isConnectionGone(cause);
      if (!closedMeanwhile || this.#ended) throw storageError(cause, during);
    }
    // The browser closed the connection, as iOS does for pages in the background. All that runs here may run twice.
    if (this.#database === database) this.#forget();
    try {
      return await runTransaction(await this.#current(), this.#options.clock, plan);
    } catch (cause) {
      throw storageError(cause, during);
    }
  }

  async #current(): Promise<IDBDatabase> {
    if (this.#ended) throw this.#ended;
    return this.#database ?? (await this.#reopen());
  }

  #reopen(): Promise<IDBDatabase> {
    this.#reopening ??= this.open()
      .then(({ database, created }) => {
        if (this.#ended) {
          this.#forget();
          throw this.#ended;
        }
        if (created) this.#reportLoss();
        return database;
      })
      .finally(() => {
        this.#reopening = undefined;
      });
    return this.#reopening;
  }

  #adopt(database: IDBDatabase): void {
    this.#database = database;
    database.onclose = () => {
      if (this.#database !== database) return;
      this.#forget();
      this.report(
        new ManyhandsError(
          "storage-failed",
          "The browser closed the database; it is opened again when needed.",
        ),
      );
    };
    database.onversionchange = () => {
      const why = "Another tab deletes or upgrades the database, so this one let go of it: reload this page.";
      this.close(new ManyhandsError("storage-failed", why));
      this.report(new ManyhandsError("storage-failed", why));
    };
  }

  #forget(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #reportLoss(): void {
    this.#options.onLost();
    this.report(
      new ManyhandsError(
        "storage-failed",
        "The browser deleted the database while it was in use: what it held is gone.",
      ),
    );
  }
}
