import { type Clock, ManyhandsError } from "@manyhands/core";
import { limits } from "./limits.js";
import { createSchema, schemaVersion } from "./schema.js";
import { blockedError, storageError } from "./storage-error.js";

/** An open database, and what opening it told. */
export interface OpenedDatabase {
  readonly database: IDBDatabase;
  /** It was not there before. */
  readonly created: boolean;
  /** The browser says that it was there and has been deleted because it was damaged (Chromium only). */
  readonly dataLoss: boolean;
}

/**
 * Opens, or makes, a database; settles within `limits.openMs`. Rejects with code `storage-blocked` where storage is
 * forbidden, else with `storage-failed`.
 */
export const openDatabase = (factory: IDBFactory, name: string, clock: Clock): Promise<OpenedDatabase> =>
  new Promise((resolve, reject) => {
    let late = false;
    let created = false;
    let dataLoss = false;
    let waitsForOthers = false;
    const request = openRequest(factory, name);
    const cancelDeadline = clock.setTimer(() => {
      late = true;
      const why = waitsForOthers
        ? "Another tab holds an older version of the database: close the other tabs of this app."
        : "IndexedDB does not open: reload the page or restart the browser.";
      reject(new ManyhandsError("storage-failed", why));
    }, limits.openMs);

    request.onblocked = () => {
      waitsForOthers = true;
    };
    request.onupgradeneeded = (event) => {
      created = event.oldVersion === 0;
      dataLoss = "dataLoss" in event && event.dataLoss === "total";
      createSchema(request.result);
    };
    request.onerror = (event) => {
      event.preventDefault();
      cancelDeadline();
      reject(openError(request.error));
    };
    request.onsuccess = () => {
      cancelDeadline();
      if (late) request.result.close();
      else resolve({ database: request.result, created, dataLoss });
    };
  });

const openRequest = (factory: IDBFactory, name: string): IDBOpenDBRequest => {
  try {
    return factory.open(name, schemaVersion);
  } catch (cause) {
    throw openError(cause);
  }
};

// Firefox forbids storage in old private windows with an InvalidStateError.
const openError = (cause: unknown): ManyhandsError =>
  cause instanceof Error && cause.name === "InvalidStateError"
    ? blockedError("open", cause)
    : storageError(cause, "open");
