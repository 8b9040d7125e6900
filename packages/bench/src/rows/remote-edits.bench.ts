import { createRoom, memoryStore, type Room } from "@manyhands/core";
import * as Y from "yjs";
import { cpuMsOf } from "../cpu-time.bench.js";
import { type CarriedFrame, DirectLink } from "../direct-link.bench.js";
import { benchRoom, paperEdits, stoppedClock, typeInBlocks, yjsUpdates } from "../paper.bench.js";
import { alternate, nextTurn, until } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";
import type { Scale } from "../scale.js";
import { isBlocks } from "../wire-form.js";

const perBlock = 16;
/** Frames that a busy page finds waiting when it comes to read: as many as a data channel delivers in one task. */
const framesPerTurn = 64;

/** Somebody else's edits arrive in blocks of 16 and go through the whole room, beside plain Yjs that applies them one by one. */
export const measureRemoteEdits = async ({
  edits: count = 260_000,
  rounds = 7,
}: Scale = {}): Promise<Row[]> => {
  const edits = paperEdits(count);
  const updates = yjsUpdates(edits);
  const { frames, text } = await record(edits);

  const plain = async (): Promise<number> => {
    const doc = new Y.Doc();
    const ms = await cpuMsOf(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    if (doc.getText("text").toString() !== text) throw new Error("the text came out different");
    return ms;
  };
  const streamed = await alternate(rounds, 1, plain, () => receive(frames, text, framesPerTurn));
  const single = await alternate(Math.ceil(rounds / 2), 0, plain, () => receive(frames, text, 1));
  const about = { peerName: "plain Yjs", unit: " ms", limit: "0.58×: Yjs in one transaction" };
  const named = edits.length.toLocaleString("en-US");
  return [
    compare({
      ...about,
      ...streamed,
      name: `${named} remote edits, ${perBlock} a block, as a stream (CPU, Node)`,
      aim: { of: "ratio", atMost: 1 },
    }),
    compare({
      ...about,
      ...single,
      name: "the same, each block read and verified before the next comes",
      aim: { of: "ratio", atMost: 1.6 },
    }),
  ];
};

const openPair = async (): Promise<{ link: DirectLink; sender: Room; receiver: Room }> => {
  const link = new DirectLink();
  const open = (): Room =>
    createRoom({ ...benchRoom, store: memoryStore(), clock: stoppedClock, transports: [link.transport()] });
  const sender = open();
  await sender.whenLoaded();
  const receiver = open();
  await receiver.whenLoaded();
  link.link();
  await receiver.whenSynced();
  return { link, sender, receiver };
};

/** The frames that an author sends while it types. */
const record = async (
  edits: Parameters<typeof typeInBlocks>[1],
): Promise<{ readonly frames: CarriedFrame[]; readonly text: string }> => {
  const { link, sender, receiver } = await openPair();
  const frames: CarriedFrame[] = [];
  link.onFrame = (carried, from) => {
    if (from === 0 && isBlocks(carried.frame)) frames.push({ ...carried, frame: carried.frame.slice() });
  };
  await typeInBlocks(sender, edits, perBlock);
  const text = sender.doc.getText("text").toString();
  await Promise.all([sender.close(), receiver.close()]);
  return { frames, text };
};

/** CPU time of a room that is handed the frames, `perTurn` at once, until its text is complete. */
const receive = async (frames: readonly CarriedFrame[], text: string, perTurn: number): Promise<number> => {
  const { link, sender, receiver } = await openPair();
  let onApplied: () => void = () => undefined;
  receiver.doc.on("afterTransaction", () => onApplied());
  const ms = await cpuMsOf(async () => {
    for (let at = 0; at < frames.length; at += perTurn) {
      // Asleep meanwhile: asking again and again would count as work of the room.
      const applied = new Promise<void>((resolve) => {
        onApplied = resolve;
      });
      for (const carried of frames.slice(at, at + perTurn)) link.deliver(1, carried);
      await (perTurn > 1 ? nextTurn() : applied);
    }
    await until(() => receiver.doc.getText("text").length === text.length, "the whole text", 60_000, 1);
  });
  if (receiver.doc.getText("text").toString() !== text) throw new Error("the text came out different");
  await Promise.all([sender.close(), receiver.close()]);
  return ms;
};
