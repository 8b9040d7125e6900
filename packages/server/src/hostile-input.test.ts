import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectRaw, type RawClient } from "../test/raw-client.js";
import { createSignalingServer, type SignalingServer } from "./signaling-server.js";

let server: SignalingServer;
let witness: RawClient;

beforeAll(async () => {
  server = await createSignalingServer({
    port: 0,
    host: "127.0.0.1",
    // The whole flood comes from one address, and shall reach the parser instead of the limits.
    limits: { maxSocketsPerAddress: 10_000, maxStrikes: 1_000_000, messageBurst: 1_000_000 },
  });
  witness = await connectRaw(server.url);
  witness.send('{"type":"subscribe","topics":["alive"]}');
});

afterAll(async () => {
  witness.socket.terminate();
  await server.close();
});

/** The server still serves one who was there before the attack, and a newcomer. */
const expectAlive = async (): Promise<void> => {
  const newcomer = await connectRaw(server.url);
  const token = randomBytes(8).toString("hex");
  newcomer.send(JSON.stringify({ type: "publish", topic: "alive", data: token }));
  for (;;) {
    const message = await witness.next();
    if (message.includes(token)) break;
  }
  newcomer.socket.terminate();
};

/** Opens a bare TCP connection, writes everything, and waits until the server has hung up or answered the end. */
const attack = (chunks: readonly Uint8Array[], handshake: boolean): Promise<void> =>
  new Promise((resolve) => {
    const socket: Socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
    const strike = (): void => {
      for (const chunk of chunks) if (socket.writable) socket.write(chunk);
      // Our end is closed too; without it a server that waits for the rest of a frame would wait on.
      socket.end();
    };
    if (handshake) {
      socket.once("data", () => {
        strike();
        socket.resume();
      });
      socket.write(upgradeRequest);
    } else {
      socket.resume();
      strike();
    }
  });

const upgradeRequest =
  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A frame as RFC 6455 wants it from a client, with an all-zero mask, so that the payload stays readable. */
const frame = (opcode: number, payload: Uint8Array, fin = true): Uint8Array => {
  const length = payload.length;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Uint8Array.from([(fin ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0, ...payload]);
};

const topic = fc.oneof(fc.constantFrom("alive", "a", "__proto__", ""), fc.string());
const message = fc.oneof(
  fc.record({
    type: fc.constantFrom("subscribe", "unsubscribe"),
    topics: fc.oneof(fc.array(topic), fc.jsonValue()),
  }),
  fc.record({ type: fc.constant("publish"), topic: fc.oneof(topic, fc.jsonValue()), data: fc.jsonValue() }),
  fc.jsonValue(),
);
const text = fc.oneof(
  message.map((value) => JSON.stringify(value)),
  fc.string(),
);
const payload = fc.oneof(
  text.map((value) => new TextEncoder().encode(value)),
  fc.uint8Array({ maxLength: 300 }),
);
const wellFormed = fc
  .tuple(fc.constantFrom(0, 1, 1, 1, 2, 8, 9, 10), payload, fc.boolean())
  .map(([opcode, content, fin]) => frame(opcode, content, fin));
const mutated = fc
  .tuple(wellFormed, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { minLength: 1, maxLength: 4 }))
  .map(([bytes, changes]) => {
    const changed = bytes.slice();
    for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
    return changed;
  });
const packet = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => frame(1, new TextEncoder().encode(value))) },
  { weight: 2, arbitrary: wellFormed },
  { weight: 2, arbitrary: mutated },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 100 }) },
);

test("thousands of random and broken packets leave the server serving", async () => {
  let packets = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { minLength: 10, maxLength: 40 }), async (packets_) => {
      packets += packets_.length;
      await attack(packets_, true);
    }),
    { numRuns: 200, seed: 29, endOnFailure: true },
  );
  await expectAlive();
  expect(packets).toBeGreaterThan(3_000);
  const { drops } = server.metrics();
  expect(drops.malformed, "the flood did reach the parser").toBeGreaterThan(100);
  expect(drops["bad-frame"], "and the layer below").toBeGreaterThan(50);
}, 60_000);

test("random bytes instead of a handshake leave the server serving", async () => {
  const request = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc
      .tuple(fc.nat(upgradeRequest.length - 1), fc.nat(255))
      .map(([at, value]) =>
        Uint8Array.from(Buffer.from(upgradeRequest), (byte, index) => (index === at ? value : byte)),
      ),
  );
  await fc.assert(
    fc.asyncProperty(request, fc.uint8Array({ maxLength: 50 }), (first, rest) =>
      attack([first, rest], false),
    ),
    { numRuns: 200, seed: 29, endOnFailure: true },
  );
  await expectAlive();
}, 60_000);

test("thousands of random messages through one socket leave it served", async () => {
  const client = await connectRaw(server.url);
  for (const said of fc.sample(text, { numRuns: 3_000, seed: 29 })) client.send(said);
  await client.settled();
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  client.socket.terminate();
  await expectAlive();
}, 60_000);
