import fc from "fast-check";
import { expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../test/manual-clock.js";
import { defaultServerLimits, type ServerLimits } from "./limits.js";
import { Counters } from "./server-metrics.js";
import { type HubClient, SignalingHub } from "./signaling-hub.js";

interface ToyClient {
  readonly client: HubClient;
  readonly heard: string[];
  readonly cuts: string[];
  buffered: number;
  say(message: unknown): void;
}

const createToyHub = (changed: Partial<ServerLimits> = {}) => {
  const limits = { ...defaultServerLimits, ...changed };
  const counters = new Counters();
  const clock: ManualClock = createManualClock();
  const hub = new SignalingHub({ limits, clock, counters });
  const connect = (): ToyClient => {
    const heard: string[] = [];
    const cuts: string[] = [];
    const client = hub.connect({
      bufferedBytes: () => toy.buffered,
      send: (message) => heard.push(new TextDecoder().decode(message)),
      cut: (reason) => cuts.push(reason),
    });
    const say = (message: unknown): void => {
      const text = typeof message === "string" ? message : JSON.stringify(message);
      client.receive(text, Buffer.byteLength(text));
    };
    const toy: ToyClient = { client, heard, cuts, say, buffered: 0 };
    return toy;
  };
  return { hub, counters, clock, connect };
};

const subscribe = (...topics: string[]) => ({ type: "subscribe", topics });
const publish = (topic: string, data: unknown) => ({ type: "publish", topic, data });
const repeat = (times: number, act: (at: number) => void): void => {
  for (let at = 0; at < times; at += 1) act(at);
};

test("a message goes to every subscriber of its topic, the sender included, and to no other", () => {
  const { connect } = createToyHub();
  const [a, b, other] = [connect(), connect(), connect()];
  a.say(subscribe("room"));
  b.say(subscribe("room", "room"));
  other.say(subscribe("elsewhere"));
  a.say(publish("room", 1));
  const forwarded = '{"type":"publish","topic":"room","data":1,"clients":2}';
  expect(a.heard).toEqual([forwarded]);
  expect(b.heard).toEqual([forwarded]);
  expect(other.heard).toEqual([]);
});

test("a sender need not be subscribed", () => {
  const { connect } = createToyHub();
  const [sender, receiver] = [connect(), connect()];
  receiver.say(subscribe("room"));
  sender.say(publish("room", 1));
  expect(receiver.heard).toHaveLength(1);
  expect(sender.heard).toEqual([]);
});

test("a ping is answered", () => {
  const { connect } = createToyHub();
  const a = connect();
  a.say({ type: "ping" });
  expect(a.heard).toEqual(['{"type":"pong"}']);
});

test("F30: topics that nobody has any more are forgotten, on unsubscribe and on leaving", () => {
  const { hub, connect } = createToyHub();
  const [a, b] = [connect(), connect()];
  a.say(subscribe("one", "two"));
  b.say(subscribe("two"));
  a.say({ type: "unsubscribe", topics: ["one", "never joined"] });
  expect(hub.topicCount).toBe(1);
  a.client.leave();
  expect(hub.topicCount).toBe(1);
  b.client.leave();
  b.client.leave();
  expect(hub.topicCount).toBe(0);
});

test("one's own unsubscribe does not touch others, nor topics one has not joined", () => {
  const { connect } = createToyHub();
  const [a, b] = [connect(), connect()];
  b.say(subscribe("room"));
  a.say({ type: "unsubscribe", topics: ["room"] });
  a.say(publish("room", 1));
  expect(b.heard).toHaveLength(1);
});

test("topics are bounded in length, per socket, and in sockets; what fits is kept", () => {
  const { hub, counters, connect } = createToyHub({
    maxTopicChars: 4,
    maxTopicsPerSocket: 2,
    maxSocketsPerTopic: 1,
  });
  const [a, b] = [connect(), connect()];
  a.say(subscribe("a", "too long", "b", "c"));
  b.say(subscribe("a"));
  expect(hub.topicCount).toBe(2);
  expect(counters.drops).toMatchObject({ "topic-too-long": 1, "too-many-topics": 1, "topic-full": 1 });
  a.client.leave();
  b.say(subscribe("a"));
  expect(counters.drops["topic-full"]).toBe(1);
});

test("messages per second are bounded after a burst", () => {
  const { counters, clock, connect } = createToyHub({ messageBurst: 5, messagesPerSecond: 2 });
  const a = connect();
  repeat(8, () => a.say({ type: "ping" }));
  expect(a.heard).toHaveLength(5);
  expect(counters.drops["too-many-messages"]).toBe(3);
  clock.advance(1_000);
  repeat(3, () => a.say({ type: "ping" }));
  expect(a.heard).toHaveLength(7);
});

test("bytes per second are bounded after a burst", () => {
  const { counters, clock, connect } = createToyHub({ byteBurst: 100, bytesPerSecond: 50 });
  const a = connect();
  a.say(`{"type":"ping"${" ".repeat(75)}}`);
  a.say({ type: "ping" });
  expect(counters.drops["too-many-bytes"]).toBe(1);
  clock.advance(1_000);
  a.say({ type: "ping" });
  expect(a.heard).toHaveLength(2);
});

test("who goes on with refused messages is cut, who errs now and then is not", () => {
  const { counters, clock, connect } = createToyHub({ maxStrikes: 3 });
  const [flooder, clumsy] = [connect(), connect()];
  flooder.say(subscribe("room"));
  repeat(10, () => flooder.say("nonsense"));
  expect(flooder.cuts).toEqual(["too-many-refused"]);
  expect(counters.cuts["too-many-refused"]).toBe(1);
  repeat(10, () => {
    clumsy.say("nonsense");
    clock.advance(1_000);
  });
  expect(clumsy.cuts).toEqual([]);
  clumsy.say(publish("room", 1));
  expect(flooder.heard, "who was cut hears nothing").toEqual([]);
});

test("a slow receiver misses messages, then is cut; the others hear everything", () => {
  const { counters, connect } = createToyHub({ maxBufferedBytes: 1_000, maxMissedMessages: 3 });
  const [sender, slow, quick] = [connect(), connect(), connect()];
  slow.say(subscribe("room"));
  quick.say(subscribe("room"));
  slow.buffered = 1_000;
  repeat(3, () => sender.say(publish("room", 1)));
  slow.buffered = 0;
  sender.say(publish("room", 2));
  expect(slow.heard, "it caught up: counting starts anew").toHaveLength(1);
  slow.buffered = 1_000;
  repeat(3, () => sender.say(publish("room", 3)));
  expect(slow.cuts).toEqual([]);
  sender.say(publish("room", 3));
  expect(slow.cuts).toEqual(["slow-receiver"]);
  expect(counters.drops["slow-receiver"]).toBe(7);
  expect(quick.heard).toHaveLength(8);
});

test("data nested deeper than a stack goes through untouched", () => {
  const { connect } = createToyHub();
  const [a, b] = [connect(), connect()];
  b.say(subscribe("room"));
  const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
  a.say(`{"type":"publish","topic":"room","data":${deep}}`);
  expect(b.heard).toEqual([`{"type":"publish","topic":"room","data":${deep},"clients":1}`]);
});

test("whatever clients say, topics held are topics joined, and leaving empties the hub", () => {
  const topics = fc.array(fc.constantFrom("a", "b", "c", "__proto__", ""), { maxLength: 3 });
  const message = fc.oneof(
    fc.record({
      type: fc.constantFrom("subscribe", "unsubscribe"),
      topics: fc.oneof(topics, fc.jsonValue()),
    }),
    fc.record({
      type: fc.constant("publish"),
      topic: fc.oneof(fc.constantFrom("a", "b"), fc.jsonValue()),
      data: fc.jsonValue(),
    }),
    fc.jsonValue(),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), message), { maxLength: 60 }), (script) => {
      const { hub, connect } = createToyHub();
      const clients = [connect(), connect(), connect()];
      for (const [who, said] of script) clients[who]?.say(said);
      expect(hub.topicCount).toBeLessThanOrEqual(5);
      for (const { client } of clients) client.leave();
      expect(hub.topicCount).toBe(0);
    }),
    { numRuns: 300 },
  );
});
