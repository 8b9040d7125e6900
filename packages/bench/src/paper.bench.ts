import type { Clock, Room } from "@manyhands/core";
import * as Y from "yjs";
import { type Patch, readPaper } from "./editing-histories.js";

/** The room of every measurement in Node. */
export const benchRoom: { readonly name: string; readonly secret: Uint8Array } = {
  name: "bench",
  secret: new Uint8Array(32).fill(7),
};

/** Time stands still: blocks are cut where the measurement says, and no timer comes between. */
export const stoppedClock: Clock = { now: () => 1_700_000_000_000, setTimer: () => () => undefined };

/** The first `count` edits of the recorded paper; default: all 259,778. */
export const paperEdits = (count: number = Number.POSITIVE_INFINITY): readonly Patch[] =>
  readPaper()
    .txns.flatMap(({ patches }) => patches)
    .slice(0, count);

export const applyEdit = (text: Y.Text, [position, deleted, inserted]: Patch): void => {
  if (deleted > 0) text.delete(position, deleted);
  if (inserted) text.insert(position, inserted);
};

/** Plain Yjs: the update of each edit, as one editor sends them. */
export const yjsUpdates = (edits: readonly Patch[]): Uint8Array[] => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  for (const edit of edits) applyEdit(text, edit);
  return updates;
};

/** Types the edits into the room, as blocks of `perBlock`, and waits until all are in its store. */
export const typeInBlocks = async (room: Room, edits: readonly Patch[], perBlock: number): Promise<void> => {
  const text = room.doc.getText("text");
  for (let at = 0; at < edits.length; at += perBlock) {
    for (const edit of edits.slice(at, at + perBlock)) applyEdit(text, edit);
    await room.whenSaved();
  }
};
