import "fake-indexeddb/auto";
import { describeStore } from "@manyhands/testing/contracts";
import { IDBFactory } from "fake-indexeddb";
import { indexedDbStore } from "./indexed-db-store.js";

describeStore(
  "IndexedDB, as fake-indexeddb plays it,",
  () => {
    const indexedDB = new IDBFactory();
    const options = { indexedDB, persist: false };
    return { store: indexedDbStore(options), otherTab: indexedDbStore(options) };
  },
  { scripts: 150 },
);
