import { describeStore } from "../contracts/store.js";
import { SimStore } from "./sim-store.js";

describeStore("the simulated disk", () => {
  const store = new SimStore();
  return { store, otherTab: store };
});
