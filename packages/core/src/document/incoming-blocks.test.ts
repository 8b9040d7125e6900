import { expect, test } from "vitest";
import { peerIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { IncomingBlocks } from "./incoming-blocks.js";

const [alice, bob] = [peerIdOf(new Uint8Array(16).fill(1)), peerIdOf(new Uint8Array(16).fill(2))];
const block = (length: number): Uint8Array => new Uint8Array(length);

test("what one neighbour sent in a row is taken together, in order", async () => {
  const incoming = new IncomingBlocks();
  const [a, b, c, d] = [block(1), block(2), block(3), block(4)];
  const read = [incoming.put([a], alice), incoming.put([b, c], alice), incoming.put([d], bob)];
  const first = incoming.take();
  expect(first).toMatchObject({ from: alice, blocks: [a, b, c] });
  expect(incoming.take()).toMatchObject({ from: bob, blocks: [d] });
  expect(incoming.take()).toBeUndefined();
  first?.done(3);
  expect(await read[0]).toBe(3);
  expect(await read[1]).toBe(3);
});

test("a batch stays small, so that the page lives between two", () => {
  const incoming = new IncomingBlocks();
  for (let at = 0; at < 10; at++) void incoming.put([block(400_000)], alice);
  expect(incoming.take()?.blocks).toHaveLength(2);
});

test("beyond its bound it takes nothing more, until something was taken out", () => {
  const incoming = new IncomingBlocks();
  const most = [block(limits.maxIncomingBytes)];
  expect(incoming.put(most, alice)).toBeDefined();
  expect(incoming.put([block(1)], bob)).toBeUndefined();
  incoming.take();
  expect(incoming.put([block(1)], bob)).toBeDefined();
});

test("it knows who sent which bytes, and lets every wait end when it is closed", async () => {
  const incoming = new IncomingBlocks();
  const [a, b] = [block(1), block(1)];
  const read = incoming.put([a], alice);
  void incoming.put([b], bob);
  expect([incoming.senderOf(a), incoming.senderOf(b), incoming.senderOf(block(1))]).toEqual([
    alice,
    bob,
    undefined,
  ]);
  incoming.close();
  expect(await read).toBe(0);
});
