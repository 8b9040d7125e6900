import { type Clock, ManyhandsError, type Store, type StoreHealth, systemClock } from "@manyhands/core";
import { type CanaryStorage, canary } from "./canary.js";
import { Connection } from "./connection.js";
import { IndexedDbRoom } from "./indexed-db-room.js";
import { blockedError } from "./storage-error.js";

export interface IndexedDbStoreOptions {
  /** Stands before a room's name in the names of databases; default `manyhands/`. Two apps of one origin take two. */
  readonly prefix?: string;
  /** Default: the runtime's own. */
  readonly indexedDB?: IDBFactory;
  /** Where it is remembered that a database was here; default: the runtime's own, where there is one. */
  readonly localStorage?: CanaryStorage;
  /** Default: `systemClock`. */
  readonly clock?: Clock;
  /**
   * Ask the browser, after the first own block is on the disk, not to evict this site's data; default true.
   * Firefox asks the user, others decide by themselves.
   */
  readonly persist?: boolean;
}

/**
 * A store in IndexedDB, one database per room. Nothing happens before `open`; `open` settles within 10 s and rejects with
 * code `unsupported` where there is no IndexedDB, `storage-blocked` where it is forbidden, `storage-failed` otherwise.
 */
export const indexedDbStore = (options: IndexedDbStoreOptions = {}): Store => {
  const { prefix = "manyhands/", clock = systemClock } = options;
  let mayAsk = options.persist ?? true;
  const onStrictAppend = () => {
    if (mayAsk) askToPersist();
    mayAsk = false;
  };

  return {
    name: "indexeddb",
    open: async (part, events) => {
      const name = prefix + part;
      const factory = options.indexedDB ?? ambientFactory();
      const memory = canary(options.localStorage ?? ambientStorage(), name);
      let health: StoreHealth = "intact";
      const onLost = () => {
        health = "lost";
      };
      const connection = new Connection({ factory, name, clock, events, onLost });
      const { created, dataLoss } = await connection.open();
      if (created) health = dataLoss || memory.wasHere() ? "lost" : "new";
      memory.leave();
      return new IndexedDbRoom({ connection, health: () => health, onStrictAppend });
    },
  };
};

const ambientFactory = (): IDBFactory => {
  let found: IDBFactory | undefined;
  try {
    found = globalThis.indexedDB;
  } catch (cause) {
    throw blockedError("open", cause);
  }
  if (found) return found;
  throw new ManyhandsError("unsupported", "There is no IndexedDB here: use another store, or none.");
};

const ambientStorage = (): CanaryStorage | undefined => {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
};

const askToPersist = (): void => {
  // Best effort: absent in workers of some browsers, in insecure contexts and in Node; a refusal changes nothing.
  try {
    globalThis.navigator?.storage?.persist?.().catch(() => undefined);
  } catch {
    // A policy forbids asking.
  }
};
