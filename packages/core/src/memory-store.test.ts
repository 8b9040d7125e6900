import { expect, test } from "vitest";
import { memoryStore } from "./memory-store.js";

// Its laws as a store are proved by the contract suite, in `@manyhands/testing`.

const events = { onProblem: () => undefined };

test("it says that it does not last", async () => {
  const room = await memoryStore().open("room", events);
  expect(room.durable).toBe(false);
});

test("two stores never meet", async () => {
  const [one, other] = [memoryStore(), memoryStore()];
  await (await one.open("room", events)).deviceKeys(async () => ({
    publicKey: new Uint8Array(32),
    privateKey: 1,
  }));
  expect((await other.open("room", events)).health).toBe("new");
});
