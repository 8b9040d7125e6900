import {
  type Clock,
  type Logger,
  limits,
  type Random,
  type Signaling,
  type SignalingEvents,
  type SignalingStatus,
  type SignalingTopic,
  silentLogger,
  systemClock,
  systemRandom,
} from "@manyhands/core";
import { signalingLimits } from "./limits.js";
import { ServerConnection } from "./server-connection.js";
import { displayName, parseServerUrl } from "./server-url.js";
import { runtimeWebSocket, type WebSocketClass } from "./web-socket-class.js";
import {
  type BadFrame,
  parseServerFrame,
  publishFrame,
  subscribeFrame,
  unsubscribeFrame,
} from "./y-webrtc-frames.js";

export interface WebSocketSignalingOptions {
  /** Default: the runtime's own, looked for when it is needed. Node 20 has none: give the class of the npm package `ws`. */
  readonly WebSocket?: WebSocketClass;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Silent by default. Says `debug` of dropped messages, `info` of changes of the status, `error` of a listener that threw. */
  readonly logger?: Logger;
}

/** Why a message was not delivered or not sent. */
export type SignalingDrop =
  | BadFrame
  /** For a topic that is not joined (any more). */
  | "unknown-topic"
  /** Pushed out of the queue of messages that wait for a connection, or thrown away with it. */
  | "not-connected"
  /** The socket had too much to send already. */
  | "congested";

/** Signaling through one WebSocket server. */
export interface WebSocketSignaling extends Signaling {
  /** How many messages were dropped since construction, by reason. A fresh copy. */
  readonly drops: Readonly<Record<SignalingDrop, number>>;
}

/**
 * Signaling through a server that speaks the y-webrtc message format: ours (`manyhands-server`), y-webrtc's own, or
 * any other of the many. One object keeps one socket, shared by all rooms, from the first `join` to the last `close`.
 *
 * `server` is `wss://host`, or `ws://host` where the page is not served over https; a list gives one object for each.
 * Throws a `ManyhandsError` of code `invalid-option` for a malformed address; everything later is told as a status:
 * `unreachable` comes 8 seconds after the connection was lost or could not be made, with what to do in the problem.
 */
export function webSocketSignaling(server: string, options?: WebSocketSignalingOptions): WebSocketSignaling;
export function webSocketSignaling(
  servers: readonly string[],
  options?: WebSocketSignalingOptions,
): readonly WebSocketSignaling[];
export function webSocketSignaling(
  servers: string | readonly string[],
  options: WebSocketSignalingOptions = {},
): WebSocketSignaling | readonly WebSocketSignaling[] {
  return typeof servers === "object" && servers !== null
    ? servers.map((server) => new WebSocketClient(server, options))
    : new WebSocketClient(servers, options);
}

interface Join {
  readonly topic: string;
  readonly events: SignalingEvents;
  closed: boolean;
  /** The status it was told last. */
  told: SignalingStatus | undefined;
}

class WebSocketClient implements WebSocketSignaling {
  readonly name: string;
  readonly #connection: ServerConnection;
  readonly #logger: Logger;
  readonly #joins = new Map<string, Set<Join>>();
  readonly #drops: Record<SignalingDrop, number> = {
    malformed: 0,
    foreign: 0,
    "too-large": 0,
    "unknown-topic": 0,
    "not-connected": 0,
    congested: 0,
  };
  /** What waits for the connection, oldest first. */
  #queue: { readonly topic: string; readonly frame: string }[] = [];
  #telling = false;

  constructor(server: string, options: WebSocketSignalingOptions) {
    const url = parseServerUrl(server);
    this.name = displayName(url);
    this.#logger = options.logger ?? silentLogger;
    this.#connection = new ServerConnection({
      url: url.href,
      name: this.name,
      webSocket: () => options.WebSocket ?? runtimeWebSocket(),
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      onOpen: () => this.#introduce(),
      onData: (data) => this.#receive(data),
      onStatus: () => this.#changed(),
    });
  }

  get drops(): Readonly<Record<SignalingDrop, number>> {
    return { ...this.#drops };
  }

  join(topic: string, events: SignalingEvents): SignalingTopic {
    const join: Join = { topic, events, closed: false, told: undefined };
    const others = this.#joins.get(topic);
    if (others) others.add(join);
    else {
      this.#joins.set(topic, new Set([join]));
      this.#connection.send(subscribeFrame([topic]));
    }
    this.#connection.open();
    this.#tellSoon();
    return {
      publish: (payload) => this.#publish(join, payload),
      wake: () => {
        if (!join.closed) this.#connection.wake();
      },
      close: () => this.#leave(join),
    };
  }

  #publish(join: Join, payload: Uint8Array): void {
    if (join.closed) return;
    const frame = payload.length <= limits.maxSignalBytes ? publishFrame(join.topic, payload) : undefined;
    if (frame === undefined) {
      this.#drop("too-large");
    } else if (this.#connection.standing) {
      if (!this.#connection.send(frame)) this.#drop("congested");
    } else if (this.#connection.status === "unreachable") {
      this.#drop("not-connected");
    } else {
      this.#queue.push({ topic: join.topic, frame });
      if (this.#queue.length > signalingLimits.maxQueuedMessages) {
        this.#queue.shift();
        this.#drop("not-connected");
      }
    }
  }

  #leave(join: Join): void {
    if (join.closed) return;
    join.closed = true;
    const others = this.#joins.get(join.topic);
    others?.delete(join);
    if (others && others.size > 0) return;
    this.#joins.delete(join.topic);
    this.#queue = this.#queue.filter(({ topic }) => topic !== join.topic);
    this.#connection.send(unsubscribeFrame([join.topic]));
    if (this.#joins.size === 0) this.#connection.close();
  }

  /** Tells a fresh socket's server all topics, then what waited. */
  #introduce(): void {
    const topics = [...this.#joins.keys()];
    const { maxTopicsPerMessage } = signalingLimits;
    for (let from = 0; from < topics.length; from += maxTopicsPerMessage)
      this.#connection.send(subscribeFrame(topics.slice(from, from + maxTopicsPerMessage)));
    const waiting = this.#queue;
    this.#queue = [];
    for (const { frame } of waiting) if (!this.#connection.send(frame)) this.#drop("congested");
  }

  #receive(data: unknown): void {
    const frame = parseServerFrame(data);
    switch (frame.kind) {
      case "pong":
        break;
      case "bad":
        this.#drop(frame.reason);
        break;
      case "publish":
        this.#deliver(frame.topic, frame.payload);
        break;
    }
  }

  #deliver(topic: string, payload: Uint8Array): void {
    const joins = this.#joins.get(topic);
    if (!joins) this.#drop("unknown-topic");
    // A copy of the payload for each: who was given bytes may keep and change them.
    for (const join of [...(joins ?? [])]) this.#tell(join, () => join.events.onMessage(payload.slice()));
  }

  #changed(): void {
    const { status, problem } = this.#connection;
    this.#logger.log("info", "signaling-status", { server: this.name, status, problem: problem?.message });
    if (status === "unreachable") {
      // Offers grow stale; who published them hears of the next connection and announces anew.
      for (const _ of this.#queue) this.#drop("not-connected");
      this.#queue = [];
    }
    this.#tellSoon();
  }

  /** Tells the status in a microtask, since nothing may be told inside `join`, `publish` or `close`. */
  #tellSoon(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      const { status, problem } = this.#connection;
      for (const join of [...this.#joins.values()].flatMap((joins) => [...joins])) {
        if (join.told === status) continue;
        join.told = status;
        this.#tell(join, () => join.events.onStatus(status, problem));
      }
    });
  }

  #tell(join: Join, event: () => void): void {
    if (join.closed) return;
    try {
      event();
    } catch (error) {
      this.#logger.log("error", "signaling-listener-threw", { server: this.name, error });
    }
  }

  #drop(reason: SignalingDrop): void {
    this.#drops[reason] += 1;
    this.#logger.log("debug", "signaling-drop", { server: this.name, reason });
  }
}
