import { VirtualClock } from "@manyhands/testing";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { bytesOf, JournalWorld } from "../../test/journal-world.js";
import { peerIdOf } from "../ids.js";
import { parseBlock } from "../journal/block.js";
import type { BlockBody } from "../journal/block-body.js";
import { openBlock } from "../journal/block-verifier.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { Session } from "../journal/session.js";
import { StoreGuard } from "../journal/store-guard.js";
import { memoryStore } from "../memory-store.js";
import { silentLogger } from "../ports/logger.js";
import { SharedDocument } from "./shared-document.js";

const world = new JournalWorld();
const clock = new VirtualClock();
const somebody = peerIdOf(new Uint8Array(16));

interface Writer {
  readonly document: SharedDocument;
  readonly session: Session;
  readonly written: SealedBlock[];
}

const openWriter = async (): Promise<Writer> => {
  const session = await world.session();
  const written: SealedBlock[] = [];
  const part = await memoryStore().open("room", { onProblem: () => undefined });
  const document = new SharedDocument({
    doc: new Y.Doc(),
    journal: world.journal(),
    store: new StoreGuard(part, clock, () => undefined),
    session,
    keys: world.context.keys,
    clock,
    random: world.random,
    logger: silentLogger,
    events: {
      onWritten: (blocks) => written.push(...blocks),
      onAccepted: () => undefined,
      onStored: () => undefined,
      onRefused: (refused) => expect.unreachable(`refused: ${refused.join()}`),
      onIncomplete: () => undefined,
      onChange: () => undefined,
    },
  });
  await document.load();
  return { document, session, written };
};

const bodyOf = ({ bytes }: SealedBlock): BlockBody | undefined => {
  const block = parseBlock(bytes, world.context.keys.roomIdBytes);
  return block && openBlock(block, world.context);
};

test("a block depends on what its author had when it was begun, not on what came before it was sealed", async () => {
  const [ann, bob] = [await openWriter(), await openWriter()];
  bob.document.doc.getText("text").insert(0, "Bob ");
  await bob.document.flush();
  // Ann types while Bob's block is on its way, and again once it is there, all within one stretch of gathering.
  const text = ann.document.doc.getText("text");
  text.insert(0, "one ");
  await ann.document.flush();
  text.insert(text.length, "two ");
  const received = ann.document.receive(bytesOf(bob.written), somebody);
  text.insert(text.length, "three ");
  await received;
  text.insert(text.length, "four");
  await clock.advance(100);
  await ann.document.flush();
  const deps = ann.written.map((block) => bodyOf(block)?.deps.map(({ session }) => session));
  expect(deps).toEqual([[], [], [bob.session.id]]);
  expect(ann.written.map((block) => bodyOf(block)?.content.clockLength)).toEqual([4, 10, 4]);
  expect(text.toString()).toContain("four");
});
