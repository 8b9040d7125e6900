import { memoryStore } from "@manyhands/core";
import { describeStore } from "./store.js";

describeStore(
  "the memory store",
  () => {
    const store = memoryStore();
    return { store, otherTab: store };
  },
  { scripts: 300 },
);
