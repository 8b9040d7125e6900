import { createServer } from "node:net";
import { ManyhandsError } from "@manyhands/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../test/eventually.js";
import { createManualClock } from "../test/manual-clock.js";
import { connectRaw, type RawClient } from "../test/raw-client.js";
import {
  createSignalingServer,
  type SignalingServer,
  type SignalingServerOptions,
} from "./signaling-server.js";

vi.setConfig({ testTimeout: 20_000 });

const start = async (options: SignalingServerOptions = {}): Promise<SignalingServer> => {
  const server = await createSignalingServer({ port: 0, host: "127.0.0.1", ...options });
  onTestFinished(() => server.close());
  return server;
};

const connect = async (server: SignalingServer, headers?: Record<string, string>): Promise<RawClient> => {
  const client = await connectRaw(`${server.url}/any/path?at=all`, headers);
  onTestFinished(() => client.socket.terminate());
  return client;
};

const page = async (server: SignalingServer, path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
};

test("a pair of plain y-webrtc clients finds each other, byte for byte", async () => {
  const server = await start();
  const [a, b] = [await connect(server), await connect(server)];
  const subscribe = '{"type":"subscribe","topics":["my-room"]}';
  const announce =
    '{"type":"publish","topic":"my-room","data":{"type":"announce","from":"1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"}}';
  a.send(subscribe);
  a.send(announce);
  expect(await a.next()).toBe(announce.replace(/}$/, ',"clients":1}'));
  b.send(subscribe);
  await b.settled();
  const offer =
    '{"type":"publish","topic":"my-room","data":{"to":"1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed","from":"6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b","type":"signal","token":1700000000000.1234,"signal":{"type":"offer","sdp":"v=0\\r\\n"}}}';
  b.send(offer);
  expect(await a.next()).toBe(offer.replace(/}$/, ',"clients":2}'));
  expect(await b.next(), "the sender hears itself").toBe(offer.replace(/}$/, ',"clients":2}'));
  const sealed = '{"type":"publish","topic":"my-room","data":"QUVTLUdDTQ=="}';
  a.send(Buffer.from(sealed));
  expect(await b.next(), "a binary frame is read too").toBe(sealed.replace(/}$/, ',"clients":2}'));
  a.send('{"type":"ping"}');
  expect(await a.next()).toBe(sealed.replace(/}$/, ',"clients":2}'));
  expect(await a.next()).toBe('{"type":"pong"}');
  a.send('{"type":"unsubscribe","topics":["my-room"]}');
  a.send(sealed);
  expect(await b.next()).toBe(sealed.replace(/}$/, ',"clients":1}'));
});

test("plain HTTP: okay, health, metrics, and nothing else", async () => {
  const server = await start();
  const client = await connect(server);
  client.send('{"type":"subscribe","topics":["a","b"]}');
  client.send("nonsense");
  await client.settled();
  expect(await page(server, "/")).toMatchObject({ status: 200, body: "okay" });
  expect(await page(server, "/healthz")).toMatchObject({
    status: 200,
    type: "application/json",
    body: '{"ok":true,"sockets":1}',
  });
  const metrics = await page(server, "/metrics?format=text");
  expect(metrics.type).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(metrics.body.split("\n")).toEqual(
    expect.arrayContaining([
      "# TYPE manyhands_signaling_sockets gauge",
      "manyhands_signaling_sockets 1",
      "manyhands_signaling_topics 2",
      'manyhands_signaling_drops_total{reason="malformed"} 1',
      'manyhands_signaling_cuts_total{reason="no-pong"} 0',
    ]),
  );
  // Every line is a comment or "name value", and the text ends with a line break.
  expect(metrics.body).toMatch(/^(#.*\n|[a-z_]+(\{reason="[a-z-]+"\})? \d+\n)+$/);
  expect((await page(server, "/secret")).status).toBe(404);
  expect((await page(server, "/", { method: "POST", body: "x" })).status).toBe(405);
  expect(await page(server, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

test("messages and bytes are counted in and out", async () => {
  const server = await start();
  const client = await connect(server);
  client.send('{"type":"ping"}');
  await client.next();
  expect(server.metrics()).toMatchObject({
    sockets: 1,
    socketsOpened: 1,
    messagesIn: 1,
    messagesOut: 1,
    bytesIn: '{"type":"ping"}'.length,
    bytesOut: '{"type":"pong"}'.length,
  });
});

// The server of y-webrtc 10.3.0 ends at one such packet from anybody.
test.each<[string, (client: RawClient) => void]>([
  ["invalid JSON", (client) => client.send("not json")],
  ["topics that are no list", (client) => client.send('{"type":"subscribe","topics":5}')],
  ["topics that are no list, to unsubscribe", (client) => client.send('{"type":"unsubscribe","topics":"a"}')],
  ["JSON null", (client) => client.send("null")],
  ["an invalid opcode", (client) => rawBytes(client, [0x83, 0x80, 0, 0, 0, 0])],
  ["a frame without mask", (client) => rawBytes(client, [0x81, 0x01, 0x61])],
  ["reserved bits", (client) => rawBytes(client, [0xf1, 0x80, 0, 0, 0, 0])],
  ["invalid UTF-8", (client) => rawBytes(client, [0x81, 0x81, 0, 0, 0, 0, 0xff])],
  [
    "a frame that claims 2^53 bytes",
    (client) => rawBytes(client, [0x81, 0xff, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  ],
  ["a control frame that is too long", (client) => rawBytes(client, [0x89, 0xfe, 0, 0x7e, 0, 0, 0, 0])],
  [
    "a reset in the middle of a frame",
    (client) => {
      rawBytes(client, [0x81, 0xfe, 0xff]);
      rawSocket(client).resetAndDestroy();
    },
  ],
])("F29: the server survives %s", async (_, attack) => {
  const server = await start();
  const [attacker, a, b] = [await connect(server), await connect(server), await connect(server)];
  const before = server.metrics();
  attack(attacker);
  const refused = () => {
    const { drops, sockets } = server.metrics();
    return drops.malformed + drops["bad-frame"] + drops["too-large"] + (before.sockets - sockets);
  };
  await eventually(() => expect(refused()).toBeGreaterThan(0));
  for (const client of [a, b]) client.send('{"type":"subscribe","topics":["room"]}');
  await a.settled();
  b.send('{"type":"publish","topic":"room","data":1}');
  expect(await a.next()).toBe('{"type":"publish","topic":"room","data":1,"clients":2}');
});

test("a message over the limit ends its socket with the code for that", async () => {
  const server = await start({ limits: { maxMessageBytes: 1_000 } });
  const client = await connect(server);
  client.send("x".repeat(1_001));
  expect(await client.closed).toBe(1009);
  expect(server.metrics().drops["too-large"]).toBe(1);
});

test("who floods is cut, with the reason in the close frame", async () => {
  const server = await start({ limits: { maxStrikes: 3 } });
  const client = await connect(server);
  const reason = new Promise((resolve) => client.socket.on("close", (_, text) => resolve(text.toString())));
  for (let at = 0; at < 10; at += 1) client.send("nonsense");
  expect(await client.closed).toBe(1008);
  expect(await reason).toBe("too-many-refused");
  expect(server.metrics().drops.malformed, "nothing is read after the cut").toBe(4);
});

test("pings of the protocol count as messages", async () => {
  const server = await start({ limits: { messageBurst: 5, messagesPerSecond: 0, maxStrikes: 1 } });
  const client = await connect(server);
  for (let at = 0; at < 10; at += 1) client.socket.ping();
  expect(await client.closed).toBe(1008);
});

test("a receiver that does not read is cut, and others go on", async () => {
  const server = await start({
    limits: { maxBufferedBytes: 100_000, maxMissedMessages: 10, byteBurst: 1e9, messageBurst: 1e6 },
  });
  const [sleeper, sender] = [await connect(server), await connect(server)];
  sleeper.send('{"type":"subscribe","topics":["room"]}');
  await sleeper.settled();
  sleeper.socket.pause();
  const message = JSON.stringify({ type: "publish", topic: "room", data: "x".repeat(60_000) });
  // Kernel buffers take a few megabytes before anything waits in the server.
  await eventually(async () => {
    for (let at = 0; at < 20; at += 1) sender.send(message);
    await sender.settled();
    expect(server.metrics().cuts["slow-receiver"]).toBe(1);
  });
  await eventually(() => expect(server.metrics()).toMatchObject({ sockets: 1, topics: 0 }));
});

test("a socket that does not answer pings is cut; one that does stays", async () => {
  const clock = createManualClock();
  const server = await start({ clock, limits: { pingMs: 30_000 } });
  const [halfOpen, alive] = [await connect(server), await connect(server)];
  halfOpen.socket.pause();
  const pinged = new Promise((resolve) => alive.socket.once("ping", resolve));
  clock.advance(30_000);
  await pinged;
  await alive.settled();
  expect(server.metrics().sockets).toBe(2);
  clock.advance(30_000);
  await eventually(() => expect(server.metrics().sockets).toBe(1));
  expect(server.metrics().cuts["no-pong"]).toBe(1);
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
});

test("sockets of one address are bounded, and a place comes back when one leaves", async () => {
  const server = await start({ limits: { maxSocketsPerAddress: 1 } });
  const first = await connect(server);
  await expect(connect(server)).rejects.toThrow("429");
  expect(server.metrics().drops["too-many-sockets"]).toBe(1);
  first.socket.terminate();
  await eventually(() => connect(server));
});

test("behind a trusted proxy addresses come from X-Forwarded-For, else the header is ignored", async () => {
  const limits = { maxSocketsPerAddress: 1 };
  const trusting = await start({ limits, trustProxy: true });
  await connect(trusting, { "X-Forwarded-For": "6.6.6.6, 192.0.2.1" });
  await connect(trusting, { "X-Forwarded-For": "6.6.6.6, 192.0.2.2" });
  await expect(connect(trusting, { "X-Forwarded-For": "7.7.7.7, 192.0.2.2" })).rejects.toThrow("429");
  const wary = await start({ limits });
  await connect(wary, { "X-Forwarded-For": "192.0.2.1" });
  await expect(connect(wary, { "X-Forwarded-For": "192.0.2.2" })).rejects.toThrow("429");
});

test("close hangs up on everybody, frees the port, and is idempotent", async () => {
  const server = await start();
  const client = await connect(server);
  const closing = server.close();
  expect(server.close()).toBe(closing);
  await closing;
  expect(await client.closed).toBe(1001);
  expect(server.metrics()).toMatchObject({ sockets: 0, topics: 0 });
  await start({ port: server.port });
});

test("close does not wait for a client that does not answer", async () => {
  const clock = createManualClock();
  const server = await start({ clock });
  const client = await connect(server);
  client.socket.pause();
  const closing = server.close();
  clock.advance(1_000);
  await closing;
  expect(server.metrics().sockets).toBe(0);
});

test("close ends connections that never became a request", async () => {
  const server = await start();
  const { connect: dial } = await import("node:net");
  const idle = dial(server.port, "127.0.0.1");
  await new Promise((resolve) => idle.once("connect", resolve));
  idle.on("error", () => undefined);
  const gone = new Promise((resolve) => idle.once("close", resolve));
  idle.resume();
  await server.close();
  await gone;
});

test("a port that is taken is refused with a word on what to do", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void blocker.close());
  await new Promise((resolve) => blocker.once("listening", resolve));
  const address = blocker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const starting = createSignalingServer({ port, host: "127.0.0.1" });
  await expect(starting).rejects.toThrow(ManyhandsError);
  await expect(starting).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringMatching(`cannot listen on port ${port} of 127.0.0.1: choose another`),
  });
  await expect(createSignalingServer({ port: 70_000 })).rejects.toMatchObject({ code: "invalid-option" });
});

test("two servers share nothing", async () => {
  const [one, two] = [await start(), await start()];
  const [a, b] = [await connect(one), await connect(two)];
  for (const client of [a, b]) client.send('{"type":"subscribe","topics":["room"]}');
  b.send('{"type":"publish","topic":"room","data":1}');
  expect(await b.next()).toContain('"clients":1');
  expect(one.metrics().messagesOut).toBe(0);
});

interface RawSocket {
  write(bytes: Uint8Array): void;
  resetAndDestroy(): void;
}

/** The TCP socket under a client of `ws`, which the class keeps to itself. */
const rawSocket = (client: RawClient): RawSocket => Reflect.get(client.socket, "_socket");

const rawBytes = (client: RawClient, bytes: readonly number[]): void => {
  rawSocket(client).write(Uint8Array.from(bytes));
};
