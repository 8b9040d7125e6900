import {
  type Lane,
  type Link,
  type LinkEvents,
  lanes,
  limits,
  ManyhandsError,
  type PeerId,
} from "@manyhands/core";
import { webrtcLimits } from "./limits.js";

/** How a link ended, for whoever decides what comes next. */
export interface LinkEnd {
  readonly reason: string;
  /** It had been handed to the room. */
  readonly wasOpen: boolean;
}

/** Who made the link. Both are called once at most, `onReady` first. */
export interface LanesLinkOwner {
  /** All three lanes are open. */
  onReady(link: LanesLink): void;
  onEnd(link: LanesLink, end: LinkEnd): void;
}

export interface LanesLinkOptions {
  readonly peer: PeerId;
  readonly initiator: boolean;
  /** Tells the links of one connection apart; the same at both ends. */
  readonly id: string;
  /** The connection's binding; asked when all lanes are open. */
  readonly binding: () => Uint8Array | undefined;
  readonly owner: LanesLinkOwner;
}

/**
 * The first message on each reliable lane, both ways; a link is open when both came.
 *
 * It shows that the other end hears. And a channel of Chromium 156 that is fed the moment it opens may miss that the
 * bytes left: its `bufferedAmount` then never falls. Once a message came through it, that no longer happens.
 */
const greeting = Uint8Array.of(1);

/** A link over three data channels, one a lane. If one closes, all do. */
export class LanesLink implements Link {
  readonly transport = "webrtc";
  readonly peer: PeerId;
  readonly initiator: boolean;
  readonly id: string;
  readonly #readBinding: () => Uint8Array | undefined;
  readonly #owner: LanesLinkOwner;
  readonly #channels: Map<Lane, RTCDataChannel> = new Map();
  #state: "opening" | "open" | "closed" = "opening";
  #binding: Uint8Array = new Uint8Array(0);
  #events: LinkEvents | undefined;
  #early: { readonly lane: Lane; readonly frame: Uint8Array }[] = [];
  #earlyBytes = 0;
  /** Reliable lanes on which the other end's greeting came. */
  readonly #greeted: Set<Lane> = new Set();
  #endReason: string | undefined;
  #closeTold = false;
  /** Above 0 while the room is inside one of our calls: events wait. */
  #inside = 0;

  constructor(options: LanesLinkOptions) {
    this.peer = options.peer;
    this.initiator = options.initiator;
    this.id = options.id;
    this.#readBinding = options.binding;
    this.#owner = options.owner;
  }

  get binding(): Uint8Array {
    return this.#binding;
  }

  /** False from its end on, or when a channel closed without telling. */
  get alive(): boolean {
    if (this.#state === "closed") return false;
    if (this.#state === "opening") return true;
    return [...this.#channels.values()].every((channel) => channel.readyState === "open");
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Takes the channel of one lane; false when that lane is taken or the channel cannot serve it. */
  attach(lane: Lane, channel: RTCDataChannel): boolean {
    if (this.#state !== "opening" || this.#channels.has(lane)) return false;
    if (lane !== "now" && !isReliable(channel)) return false;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = limits.laneLowWaterBytes;
    this.#channels.set(lane, channel);
    channel.onmessage = (event: MessageEvent<unknown>) => this.#receive(lane, event.data);
    channel.onbufferedamountlow = () => this.#emit((events) => events.onDrain(lane));
    channel.onclose = () => this.#end("closed by the other end");
    channel.onopen = () => this.#opened(lane, channel);
    if (channel.readyState === "open") this.#opened(lane, channel);
    return true;
  }

  start(events: LinkEvents): void {
    if (this.#events) return;
    this.#events = events;
    queueMicrotask(() => {
      this.#flushEarly();
      this.#tellClose();
    });
  }

  send(lane: Lane, frame: Uint8Array): void {
    if (this.#state !== "open") return;
    if (frame.length === 0 || frame.length > limits.maxFrameBytes) {
      throw new ManyhandsError(
        "too-large",
        `a frame is 1 to ${limits.maxFrameBytes} bytes; this one has ${frame.length}`,
      );
    }
    this.#inside++;
    try {
      // Any view may come in; the DOM's types allow only views of an ArrayBuffer.
      this.#channels.get(lane)?.send(ownBuffer(frame));
    } catch {
      // The channel is closing, or its queue of 16 MiB is full: a reliable lane must not lose a frame silently.
      this.#end("the channel takes no more");
    } finally {
      this.#inside--;
    }
  }

  bufferedBytes(lane: Lane): number {
    return this.#state === "open" ? (this.#channels.get(lane)?.bufferedAmount ?? 0) : 0;
  }

  close(reason: string): void {
    this.#end(reason);
  }

  #opened(lane: Lane, channel: RTCDataChannel): void {
    channel.onopen = null;
    if (lane !== "now") {
      try {
        channel.send(greeting);
      } catch {
        this.#end("the channel takes nothing");
        return;
      }
    }
    this.#checkReady();
  }

  #checkReady(): void {
    if (this.#state !== "opening" || this.#greeted.size < lanes.length - 1) return;
    if (!lanes.every((lane) => this.#channels.get(lane)?.readyState === "open")) return;
    const binding = this.#readBinding();
    if (!binding) {
      this.#end("no certificate fingerprint");
      return;
    }
    this.#binding = binding;
    this.#state = "open";
    this.#owner.onReady(this);
  }

  #receive(lane: Lane, data: unknown): void {
    if (this.#state === "closed") return;
    if (!(data instanceof ArrayBuffer) || data.byteLength === 0 || data.byteLength > limits.maxFrameBytes) {
      this.#end("a message that is no frame");
      return;
    }
    const frame = new Uint8Array(data);
    if (lane !== "now" && !this.#greeted.has(lane)) {
      this.#greet(lane, frame);
      return;
    }
    if (this.#events && this.#early.length === 0 && this.#inside === 0) {
      this.#events.onFrame(lane, frame);
      return;
    }
    this.#earlyBytes += frame.length;
    if (this.#earlyBytes > webrtcLimits.maxEarlyBytes) {
      this.#end("too much before the link was started");
      return;
    }
    this.#early.push({ lane, frame });
    if (this.#events) queueMicrotask(() => this.#flushEarly());
  }

  #greet(lane: Lane, frame: Uint8Array): void {
    if (frame.length !== greeting.length || frame.some((byte, at) => byte !== greeting[at])) {
      this.#end("no greeting");
      return;
    }
    this.#greeted.add(lane);
    this.#checkReady();
  }

  #flushEarly(): void {
    // Frames that come during the loop are put behind these: the list is emptied only at its end.
    for (let at = 0; at < this.#early.length && this.#state !== "closed"; at++) {
      const next = this.#early[at];
      if (next) this.#events?.onFrame(next.lane, next.frame);
    }
    this.#early = [];
    this.#earlyBytes = 0;
  }

  #emit(event: (events: LinkEvents) => void): void {
    const deliver = (): void => {
      if (this.#events && this.#state === "open") event(this.#events);
    };
    if (this.#inside > 0) queueMicrotask(deliver);
    else deliver();
  }

  #end(reason: string): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#endReason = reason;
    for (const channel of this.#channels.values()) {
      channel.onmessage = channel.onbufferedamountlow = channel.onclose = channel.onopen = null;
      channel.close();
    }
    queueMicrotask(() => this.#tellClose());
    this.#owner.onEnd(this, { reason, wasOpen });
  }

  #tellClose(): void {
    if (this.#endReason === undefined || !this.#events || this.#closeTold) return;
    this.#closeTold = true;
    this.#events.onClose(this.#endReason);
  }
}

const isReliable = (channel: RTCDataChannel): boolean =>
  channel.ordered &&
  typeof channel.maxRetransmits !== "number" &&
  typeof channel.maxPacketLifeTime !== "number";

const ownBuffer = (frame: Uint8Array): Uint8Array<ArrayBuffer> =>
  frame.buffer instanceof ArrayBuffer
    ? new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength)
    : new Uint8Array(frame);
