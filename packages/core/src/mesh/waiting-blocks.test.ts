import { createRoom } from "@manyhands/core";
import { nodeSignatures, SeededRandom, VirtualClock } from "@manyhands/testing";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { openTransport, Stranger } from "../../test/stranger.js";
import type { BlockContent } from "../journal/block-body.js";
import { Journal } from "../journal/journal.js";
import { createSession } from "../journal/session.js";

const shared = { name: "the room", secret: new Uint8Array(32).fill(7) };

const written = (words: string): BlockContent => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, words);
  const payload = Y.encodeStateAsUpdate(doc);
  return { origin: "import", version: 1, clock: 0, clockLength: 0, seed: "", more: false, payload };
};

test("a block that waited goes on to whom its own sender does not reach, whoever brought what it waited for", async () => {
  const clock = new VirtualClock();
  const transport = openTransport();
  const random = new SeededRandom(1);
  const room = createRoom({
    ...shared,
    transports: [transport],
    clock,
    random,
    signatures: nodeSignatures(random),
  });
  await room.whenLoaded();
  const [inside] = transport.rooms;
  if (!inside) throw new Error("the room joined no transport");
  const [a, b, d] = [2, 3, 4].map((seed) => new Stranger({ ...shared, clock, seed })) as [
    Stranger,
    Stranger,
    Stranger,
  ];
  for (const stranger of [a, b, d]) await stranger.prove(inside);
  // b reaches d itself; a reaches d through the room alone.
  await a.tell({ type: "links", peers: [inside.self] });
  await b.tell({ type: "links", peers: [inside.self, d.id] });
  await d.tell({ type: "links", peers: [inside.self, b.id] });

  const root = a.keys.journalOf("root");
  const [journalA, journalB] = [new Journal(root, a), new Journal(root, b)];
  const sessionOf = async ({ signatures, keys }: Stranger) =>
    await createSession(keys.roomIdBytes, await signatures.createKeys(), signatures);
  const before = await journalB.append(await sessionOf(b), [written("before ")], 0);
  await journalA.receive(before.map(({ bytes }) => bytes));
  const after = await journalA.append(await sessionOf(a), [written("after ")], 0);

  await a.tell({ type: "blocks", journal: root, blocks: after.map(({ bytes }) => bytes) });
  await clock.advance(10);
  expect(room.doc.getText("text").toString()).toBe("");
  await b.tell({ type: "blocks", journal: root, blocks: before.map(({ bytes }) => bytes) });
  await clock.advance(10);
  expect(room.doc.getText("text").toString().split(" ").sort()).toEqual(["", "after", "before"]);
  const sentTo = (stranger: Stranger) =>
    stranger.heardOf("blocks").flatMap((message) => (message.type === "blocks" ? message.blocks : []));
  expect(sentTo(d)).toEqual(after.map(({ bytes }) => bytes));
  expect(sentTo(a)).toEqual(before.map(({ bytes }) => bytes));
  await room.close();
});
