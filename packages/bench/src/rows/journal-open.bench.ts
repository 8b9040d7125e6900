import { createRoom, memoryStore } from "@manyhands/core";
import * as Y from "yjs";
import { cpuMsOf } from "../cpu-time.bench.js";
import { benchRoom, paperEdits, stoppedClock, typeInBlocks, yjsUpdates } from "../paper.bench.js";
import { alternate } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";
import type { Scale } from "../scale.js";

/** A journal of signed, sealed blocks is opened (verify, decrypt, apply) beside plain Yjs that applies its updates. */
export const measureJournalOpen = async ({
  edits: count = 20_000,
  rounds = 11,
}: Scale = {}): Promise<Row[]> => {
  const edits = paperEdits(count);
  const updates = yjsUpdates(edits);
  const store = memoryStore();
  const options = { ...benchRoom, store, clock: stoppedClock };
  const writer = createRoom(options);
  await writer.whenLoaded();
  await typeInBlocks(writer, edits, 64);
  const expected = writer.doc.getText("text").toString();
  await writer.close();

  const check = (doc: Y.Doc): void => {
    if (doc.getText("text").toString() !== expected) throw new Error("the text came out different");
  };
  const plain = async (): Promise<number> => {
    const doc = new Y.Doc();
    const ms = await cpuMsOf(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    check(doc);
    return ms;
  };
  const journal = async (): Promise<number> => {
    const room = createRoom(options);
    const ms = await cpuMsOf(() => room.whenLoaded());
    check(room.doc);
    await room.close();
    return ms;
  };
  return [
    compare({
      name: `open a journal of ${count.toLocaleString("en-US")} edits, 64 a block (CPU, Node)`,
      peerName: "plain Yjs updates",
      unit: " ms",
      ...(await alternate(rounds, 2, plain, journal)),
      limit: "15 ms: one update",
      aim: { of: "ratio", atMost: 0.5 },
    }),
  ];
};
