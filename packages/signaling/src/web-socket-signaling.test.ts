import {
  limits,
  type ManyhandsError,
  type Signaling,
  type SignalingStatus,
  systemClock,
} from "@manyhands/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { signalingLimits } from "./limits.js";
import type { WebSocketClass, WebSocketLike } from "./web-socket-class.js";
import { type WebSocketSignaling, webSocketSignaling } from "./web-socket-signaling.js";

/** A WebSocket whose server is the test. */
class FakeWebSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: string[] = [];
  bufferedAmount = 0;
  closed = false;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;

  constructor(url: string, made: FakeWebSocket[]) {
    this.url = url;
    made.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.#fire(this.onopen, {});
  }

  say(data: unknown): void {
    this.#fire(this.onmessage, { data });
  }

  hangUp(code = 1006, reason = ""): void {
    this.#fire(this.onclose, { code, reason });
  }

  breakWith(message: string): void {
    this.#fire(this.onerror, { message });
  }

  #fire(handler: ((event: never) => void) | null, event: object): void {
    handler?.(event as never);
  }
}

const url = "wss://signaling.test";
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const published = (topic: string, data: unknown): string =>
  JSON.stringify({ type: "publish", topic, data, clients: 2 });

let sockets: FakeWebSocket[];
let FakeClass: WebSocketClass;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  sockets = [];
  const made = sockets;
  FakeClass = class extends FakeWebSocket {
    constructor(address: string) {
      super(address, made);
    }
  };
});

afterEach(() => {
  expect(vi.getTimerCount(), "timers left behind").toBe(0);
  vi.useRealTimers();
});

const client = (options: { WebSocket?: WebSocketClass } = {}): WebSocketSignaling =>
  webSocketSignaling(url, {
    WebSocket: FakeClass,
    clock: systemClock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    ...options,
  });

const newest = (): FakeWebSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("no socket was made");
  return socket;
};

/** Lets pending microtasks run. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

const listen = (signaling: Signaling, topic: string) => {
  const heard: Uint8Array[] = [];
  const statuses: SignalingStatus[] = [];
  const problems: (ManyhandsError | undefined)[] = [];
  const joined = signaling.join(topic, {
    onMessage: (payload) => heard.push(payload),
    onStatus: (status, problem) => {
      statuses.push(status);
      problems.push(problem);
    },
  });
  return { heard, statuses, problems, ...joined };
};

describe("one socket for all", () => {
  test("nothing is opened before the first join, one socket serves all topics, the last close ends it", () => {
    const signaling = client();
    expect(sockets).toHaveLength(0);
    const [a, again, b] = [listen(signaling, "a"), listen(signaling, "a"), listen(signaling, "b")];
    expect(sockets.map((socket) => socket.url)).toEqual([`${url}/`]);
    newest().open();
    expect(newest().sent).toEqual(['{"type":"subscribe","topics":["a","b"]}']);
    a.close();
    b.close();
    expect(newest().sent.slice(1)).toEqual(['{"type":"unsubscribe","topics":["b"]}']);
    expect(newest().closed).toBe(false);
    again.close();
    expect(newest().closed).toBe(true);
  });

  test("a topic that is joined later is subscribed at once", () => {
    const signaling = client();
    const a = listen(signaling, "a");
    newest().open();
    const b = listen(signaling, "b");
    expect(newest().sent).toEqual([
      '{"type":"subscribe","topics":["a"]}',
      '{"type":"subscribe","topics":["b"]}',
    ]);
    a.close();
    b.close();
  });

  test("two objects, also for one server, share nothing", () => {
    const [one, two] = webSocketSignaling([url, url], { WebSocket: FakeClass });
    const joins = [one, two].map((signaling) => signaling && listen(signaling, "a"));
    expect(sockets).toHaveLength(2);
    for (const join of joins) join?.close();
  });

  test("many topics are subscribed in messages of a bounded size", () => {
    const signaling = client();
    const count = signalingLimits.maxTopicsPerMessage + 1;
    const joins = Array.from({ length: count }, (_, at) => listen(signaling, `t${at}`));
    newest().open();
    const sizes = newest().sent.map((text): number => JSON.parse(text).topics.length);
    expect(sizes).toEqual([signalingLimits.maxTopicsPerMessage, 1]);
    for (const join of joins) join.close();
  });
});

describe("status", () => {
  test("connecting, then connected; a late join is told once", async () => {
    const signaling = client();
    const early = listen(signaling, "a");
    expect(early.statuses).toEqual([]);
    await settle();
    expect(early.statuses).toEqual(["connecting"]);
    newest().open();
    await settle();
    const late = listen(signaling, "b");
    await settle();
    expect(early.statuses).toEqual(["connecting", "connected"]);
    expect(late.statuses).toEqual(["connected"]);
    early.close();
    late.close();
  });

  test("a server that never answers is unreachable within 10 s, with a word on what to do", async () => {
    const a = listen(client(), "a");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(a.statuses).toEqual(["connecting", "unreachable"]);
    expect(a.problems[1]).toMatchObject({
      code: "signaling-unreachable",
      message: expect.stringMatching(/wss:\/\/signaling\.test cannot be reached .*Check the address/),
    });
    a.close();
  });

  test("a server that refuses is unreachable within 10 s, the runtime's word included", async () => {
    const a = listen(client(), "a");
    for (let waited = 0; waited < 10_000; waited += 100) {
      newest().breakWith("connect ECONNREFUSED");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(a.statuses).toEqual(["connecting", "unreachable"]);
    expect(a.problems[1]?.message).toContain("ECONNREFUSED");
    a.close();
  });

  test("a server that hangs up says why in the problem", async () => {
    const a = listen(client(), "a");
    newest().open();
    newest().hangUp(1008, "too-many-topics");
    await vi.advanceTimersByTimeAsync(signalingLimits.unreachableMs);
    expect(a.statuses.at(-1)).toBe("unreachable");
    expect(a.problems.at(-1)?.message).toContain("code 1008: too-many-topics");
    a.close();
  });

  test("without any WebSocket it is unreachable at once, as unsupported; one that appears later is used", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const signaling = webSocketSignaling(url);
    const a = listen(signaling, "a");
    await settle();
    expect(a.statuses).toEqual(["unreachable"]);
    expect(a.problems[0]).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("package ws"),
    });
    vi.stubGlobal("WebSocket", FakeClass);
    a.wake();
    newest().open();
    await settle();
    expect(a.statuses).toEqual(["unreachable", "connected"]);
    vi.unstubAllGlobals();
    a.close();
  });

  test("ws:// from an https page is unreachable at once, and mixed content is named", async () => {
    vi.stubGlobal("location", { protocol: "https:" });
    class Forbidding extends FakeWebSocket {
      constructor(address: string) {
        super(address, []);
        throw new DOMException("insecure", "SecurityError");
      }
    }
    const signaling = webSocketSignaling("ws://signaling.test", { WebSocket: Forbidding });
    const a = listen(signaling, "a");
    await settle();
    expect(a.statuses).toEqual(["unreachable"]);
    expect(a.problems[0]).toMatchObject({
      code: "signaling-unreachable",
      message: expect.stringMatching(/mixed content.*wss:/),
      cause: expect.objectContaining({ name: "SecurityError" }),
    });
    vi.unstubAllGlobals();
    a.close();
  });

  test("a malformed address is refused at construction", () => {
    expect(() => webSocketSignaling("nowhere")).toThrow(expect.objectContaining({ code: "invalid-option" }));
    expect(() => webSocketSignaling([url, "http://x"])).toThrow(
      expect.objectContaining({ code: "invalid-option" }),
    );
  });
});

describe("coming back", () => {
  test("after a loss it tries again with growing waits, subscribes again and says so", async () => {
    const a = listen(client(), "a");
    newest().open();
    await settle();
    newest().hangUp();
    for (const wait of [250, 500, 1_000, 2_000]) {
      const before = sockets.length;
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(sockets).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets).toHaveLength(before + 1);
      newest().hangUp();
    }
    await vi.advanceTimersByTimeAsync(4_000);
    newest().open();
    await settle();
    expect(newest().sent).toEqual(['{"type":"subscribe","topics":["a"]}']);
    expect(a.statuses).toEqual(["connected", "connecting", "connected"]);
    a.close();
  });

  test("the waits start small again only after a connection that lasted", async () => {
    const a = listen(client(), "a");
    newest().open();
    newest().hangUp();
    await vi.advanceTimersByTimeAsync(250);
    newest().open();
    newest().hangUp();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets, "a server that hangs up at once is not hammered").toHaveLength(2);
    await vi.advanceTimersByTimeAsync(250);
    newest().open();
    await vi.advanceTimersByTimeAsync(signalingLimits.stableMs);
    newest().hangUp();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(4);
    a.close();
  });

  test("wake tries at once instead of waiting, and only if it waits", async () => {
    const a = listen(client(), "a");
    a.wake();
    expect(sockets).toHaveLength(1);
    newest().hangUp();
    a.wake();
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets, "the wait that was cut short does not end later").toHaveLength(2);
    a.close();
    a.wake();
    expect(sockets).toHaveLength(2);
  });

  test("an attempt that hangs is given up and tried again", async () => {
    const a = listen(client(), "a");
    await vi.advanceTimersByTimeAsync(signalingLimits.attemptMs + 250);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.closed).toBe(true);
    sockets[0]?.open();
    await settle();
    expect(a.statuses, "a socket that was given up says nothing more").toEqual(["connecting", "unreachable"]);
    a.close();
  });
});

describe("liveness", () => {
  const pings = (): number => newest().sent.filter((text) => text === '{"type":"ping"}').length;

  test("15 s of silence ask for a sign of life, any message is one", async () => {
    const a = listen(client(), "a");
    newest().open();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(pings()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(pings()).toBe(1);
    newest().say('{"type":"pong"}');
    await vi.advanceTimersByTimeAsync(14_999);
    newest().say(published("a", "AA=="));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(pings()).toBe(1);
    expect(sockets).toHaveLength(1);
    a.close();
  });

  test("30 s of silence end the connection", async () => {
    const a = listen(client(), "a");
    newest().open();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(sockets[0]?.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(sockets[0]?.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(2);
    expect(a.statuses).toEqual(["connected", "connecting"]);
    a.close();
  });

  test("after a wake-up the answer has to come within 5 s, however often it is woken", async () => {
    const a = listen(client(), "a");
    newest().open();
    for (let waited = 0; waited < signalingLimits.wakeAnswerMs; waited += 1_000) {
      a.wake();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sockets[0]?.closed).toBe(true);
    a.close();
  });
});

describe("messages", () => {
  test("what is published before the connection stands is sent in order, after the subscription", () => {
    const a = listen(client(), "a");
    a.publish(bytes(1));
    a.publish(bytes(2));
    newest().open();
    expect(newest().sent).toEqual([
      '{"type":"subscribe","topics":["a"]}',
      '{"type":"publish","topic":"a","data":"AQ=="}',
      '{"type":"publish","topic":"a","data":"Ag=="}',
    ]);
    a.close();
  });

  test("the queue is bounded: the oldest go", () => {
    const signaling = client();
    const a = listen(signaling, "a");
    for (let value = 0; value < signalingLimits.maxQueuedMessages + 2; value += 1) a.publish(bytes(value));
    newest().open();
    expect(newest().sent).toHaveLength(1 + signalingLimits.maxQueuedMessages);
    expect(newest().sent[1]).toBe('{"type":"publish","topic":"a","data":"Ag=="}');
    expect(signaling.drops["not-connected"]).toBe(2);
    a.close();
  });

  test("what waited longer than it takes to be unreachable is stale and never sent", async () => {
    const signaling = client();
    const a = listen(signaling, "a");
    a.publish(bytes(1));
    await vi.advanceTimersByTimeAsync(signalingLimits.unreachableMs);
    a.publish(bytes(2));
    expect(signaling.drops["not-connected"]).toBe(2);
    newest().open();
    expect(newest().sent).toEqual(['{"type":"subscribe","topics":["a"]}']);
    a.close();
  });

  test("what a closed topic left in the queue is not sent", () => {
    const signaling = client();
    const [a, b] = [listen(signaling, "a"), listen(signaling, "b")];
    a.publish(bytes(1));
    a.close();
    newest().open();
    expect(newest().sent).toEqual(['{"type":"subscribe","topics":["b"]}']);
    b.close();
  });

  test("a socket that is choked is not fed", () => {
    const signaling = client();
    const a = listen(signaling, "a");
    newest().open();
    newest().bufferedAmount = signalingLimits.maxBufferedBytes + 1;
    a.publish(bytes(1));
    expect(newest().sent).toHaveLength(1);
    expect(signaling.drops.congested).toBe(1);
    a.close();
  });

  test("a payload over the limit is dropped and counted", () => {
    const signaling = client();
    const a = listen(signaling, "a");
    newest().open();
    a.publish(new Uint8Array(limits.maxSignalBytes + 1));
    expect(newest().sent).toHaveLength(1);
    expect(signaling.drops["too-large"]).toBe(1);
    a.close();
  });

  test("messages that are none of ours are dropped and counted, good ones still come", () => {
    const signaling = client();
    const a = listen(signaling, "a");
    newest().open();
    newest().say("nonsense");
    newest().say(new ArrayBuffer(3));
    newest().say(published("a", { type: "announce", from: "plain y-webrtc" }));
    newest().say(published("b", "AA=="));
    newest().say(published("a", "AQI="));
    expect(a.heard).toEqual([bytes(1, 2)]);
    expect(signaling.drops).toMatchObject({ malformed: 2, foreign: 1, "unknown-topic": 1 });
    a.close();
  });

  test("a listener that throws does not stop the others", async () => {
    const logged: string[] = [];
    const signaling = webSocketSignaling(url, {
      WebSocket: FakeClass,
      logger: { log: (level, event) => logged.push(`${level} ${event}`) },
    });
    const thrower = (): void => {
      throw new Error("app");
    };
    const bad = signaling.join("a", { onMessage: thrower, onStatus: thrower });
    const good = listen(signaling, "a");
    newest().open();
    newest().say(published("a", "AQ=="));
    await settle();
    expect(good.heard).toEqual([bytes(1)]);
    expect(good.statuses).toEqual(["connected"]);
    expect(logged.filter((line) => line === "error signaling-listener-threw")).toHaveLength(2);
    bad.close();
    good.close();
  });

  test("each listener owns the bytes it was given", () => {
    const signaling = client();
    const [one, two] = [listen(signaling, "a"), listen(signaling, "a")];
    newest().open();
    newest().say(published("a", "AQ=="));
    one.heard[0]?.fill(9);
    expect(two.heard).toEqual([bytes(1)]);
    one.close();
    two.close();
  });
});
