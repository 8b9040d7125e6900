import { createRoom, memoryStore, type Room } from "@manyhands/core";
import * as encoding from "lib0/encoding";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import { DirectLink } from "../direct-link.bench.js";
import { applyEdit, benchRoom, paperEdits, typeInBlocks } from "../paper.bench.js";
import { sleep, until } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";
import type { Scale } from "../scale.js";
import { messageOf } from "../wire-form.js";

/** Messages about documents; the handshake of the link, presence and who is linked are no part of a sync. */
const syncMessages = ["digest", "frontier", "blocks", "end", "receipt"];
/** The first two frames of each end prove it. */
const handshakeFrames = 4;

/** Two replicas of the recorded paper meet again: bytes both ways, beside y-protocols' sync steps 1 and 2. */
export const measureResync = async ({ edits: count = 260_000 }: Scale = {}): Promise<Row[]> => {
  const edits = paperEdits(count);
  const theirs = [createPaper(edits), new Y.Doc()] as const;
  Y.applyUpdate(theirs[1], Y.encodeStateAsUpdate(theirs[0]));
  const yjsEven = yjsSyncBytes(...theirs);
  theirs[0].getText("text").insert(0, "x");
  const yjsOneBehind = yjsSyncBytes(...theirs);

  const link = new DirectLink();
  const open = (): Room => createRoom({ ...benchRoom, store: memoryStore(), transports: [link.transport()] });
  const [writer, reader] = [open(), open()];
  await Promise.all([writer.whenLoaded(), reader.whenLoaded()]);
  await typeInBlocks(writer, edits, 64);
  await bytesToMeet(link, writer, reader);
  const even = await bytesToMeet(link, writer, reader);
  writer.doc.getText("text").insert(0, "x");
  await writer.whenSaved();
  const oneBehind = await bytesToMeet(link, writer, reader);
  await Promise.all([writer.close(), reader.close()]);

  const about = { peerName: "y-protocols", unit: " B" };
  return [
    compare({
      ...about,
      name: "resync, nothing missing (paper, both ways)",
      peer: [yjsEven],
      ours: [even],
      limit: "64 B: a digest each way",
      aim: { of: "ratio", atMost: 1 / 220 },
    }),
    compare({
      ...about,
      name: "resync, one character missing (paper, both ways)",
      peer: [yjsOneBehind],
      ours: [oneBehind],
      limit: "18 B and a signature of 64",
      aim: { of: "ratio", atMost: 1 / 85 },
    }),
  ];
};

const createPaper = (edits: Parameters<typeof typeInBlocks>[1]): Y.Doc => {
  const doc = new Y.Doc();
  const text = doc.getText("text");
  doc.transact(() => {
    for (const edit of edits) applyEdit(text, edit);
  });
  return doc;
};

/** Each sends step 1 and answers the other's with step 2, as y-webrtc does on every link. */
const yjsSyncBytes = (a: Y.Doc, b: Y.Doc): number => {
  const bytesOf = (write: (encoder: encoding.Encoder) => void): number => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    write(encoder);
    return encoding.length(encoder);
  };
  const oneWay = (from: Y.Doc, to: Y.Doc): number =>
    bytesOf((encoder) => syncProtocol.writeSyncStep1(encoder, from)) +
    bytesOf((encoder) => syncProtocol.writeSyncStep2(encoder, to, Y.encodeStateVector(from)));
  const bytes = oneWay(a, b) + oneWay(b, a);
  return bytes;
};

/** Links the two, lets them become even, and parts them: bytes of what they said about the document. */
const bytesToMeet = async (link: DirectLink, a: Room, b: Room): Promise<number> => {
  let bytes = 0;
  let frames = 0;
  link.onFrame = ({ lane, frame }) => {
    frames++;
    if (lane === "now" || frames <= handshakeFrames || !syncMessages.includes(messageOf(frame))) return;
    bytes += frame.length;
  };
  link.link();
  await until(() => a.state.synced && b.state.synced, "both synced", 120_000);
  await until(
    () => a.doc.getText("text").length === b.doc.getText("text").length,
    "both with the same text",
    120_000,
  );
  // What trails behind: receipts.
  await sleep(1_000);
  link.unlink();
  await until(() => a.state.peers.length + b.state.peers.length === 0, "parted", 10_000);
  return bytes;
};
