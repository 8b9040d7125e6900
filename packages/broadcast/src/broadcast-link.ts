import {
  type Clock,
  limits as coreLimits,
  type Lane,
  type Link,
  type LinkEvents,
  type Logger,
  type PeerId,
} from "@manyhands/core";
import type { ChannelLike } from "./channel.js";
import { watchByHeartbeat } from "./heartbeat.js";
import { limits } from "./limits.js";
import { type LinkMessage, parseLinkMessage } from "./message.js";
import { ReceiveWindow } from "./receive-window.js";
import { SendWindow } from "./send-window.js";

export interface BroadcastLinkOptions {
  readonly peer: PeerId;
  readonly initiator: boolean;
  readonly binding: Uint8Array;
  /** Open at both ends, and used by nothing else from now on. */
  readonly channel: ChannelLike;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Watches the other tab by other means than heartbeats, if there are any. */
  readonly watch: ((onDead: () => void) => () => void) | undefined;
  /** Comes once, before the room is told. */
  onEnd(): void;
}

/** A link to another tab, over a channel of its own. */
export class BroadcastLink implements Link {
  readonly transport = "broadcast";
  readonly peer: PeerId;
  readonly initiator: boolean;
  readonly binding: Uint8Array;
  readonly #options: BroadcastLinkOptions;
  readonly #sendWindow: SendWindow;
  readonly #receiveWindow: ReceiveWindow;
  readonly #heartbeat: ReturnType<typeof watchByHeartbeat> | undefined;
  readonly #stopWatch: (() => void) | undefined;
  #events: LinkEvents | undefined;
  /** Frames that came before `start`, in order; `undefined` once they were handed over. */
  #early: { lane: Lane; frame: Uint8Array }[] | undefined = [];
  #earlyBytes = 0;
  #framesSent = 0;
  #framesTaken = 0;
  /** Why the link ended, if it did. */
  #ended: string | undefined;
  #closeTold = false;

  constructor(options: BroadcastLinkOptions) {
    const { channel, clock } = options;
    this.#options = options;
    this.peer = options.peer;
    this.initiator = options.initiator;
    this.binding = options.binding;
    this.#sendWindow = new SendWindow((lane, frame) => this.#postFrame(lane, frame));
    this.#receiveWindow = new ReceiveWindow(clock, (taken) => this.#post({ kind: "ack", ...taken }));
    const onDead = () => this.#end("the other tab is gone");
    this.#stopWatch = options.watch?.(onDead);
    this.#heartbeat = options.watch
      ? undefined
      : watchByHeartbeat(clock, () => this.#post({ kind: "ping" }), onDead);
    channel.onmessage = ({ data }) => this.#receive(data);
    channel.onmessageerror = () => this.close("a message could not be read");
  }

  start(events: LinkEvents): void {
    this.#events = events;
    // No event comes inside `start`.
    queueMicrotask(() => {
      this.#handOverEarly();
      const reason = this.#ended;
      if (reason !== undefined) this.#tellClose(events, reason);
    });
  }

  send(lane: Lane, frame: Uint8Array): void {
    if (this.#ended !== undefined) return;
    if (frame.length === 0 || frame.length > coreLimits.maxFrameBytes) {
      this.close(`a frame of ${frame.length} bytes was given to send`);
    } else if (!this.#sendWindow.send(lane, frame)) {
      this.close("the other tab takes nothing any more");
    }
  }

  bufferedBytes(lane: Lane): number {
    return this.#ended === undefined ? this.#sendWindow.bufferedBytes(lane) : 0;
  }

  close(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#post({ kind: "bye", reason });
    this.#end(reason);
  }

  /** Asks the other tab for a sign of life, where only that can tell. */
  check(): void {
    if (this.#ended === undefined) this.#heartbeat?.check();
  }

  #receive(data: unknown): void {
    if (this.#ended !== undefined) return;
    const message = parseLinkMessage(data);
    if (!message) {
      this.close("a message that is none");
      return;
    }
    this.#heartbeat?.heard();
    switch (message.kind) {
      case "frame":
        this.#receiveFrame(message.lane, message.seq, message.frame);
        break;
      case "ack":
        this.#receiveAck(message);
        break;
      case "ping":
        this.#post({ kind: "pong" });
        break;
      case "bye":
        this.#handOverEarly();
        this.#end(message.reason);
        break;
      case "pong":
      case "accept":
      case "open":
        break;
      default:
        message satisfies never;
    }
  }

  #receiveFrame(lane: Lane, seq: number, frame: Uint8Array): void {
    // A browser that dropped a message, while it froze this tab for one, must not lose a block unnoticed.
    if (seq !== this.#framesTaken++) this.close("a frame is missing");
    else if (!this.#early) this.#handOver(lane, frame);
    else this.#keepEarly(lane, frame);
  }

  #keepEarly(lane: Lane, frame: Uint8Array): void {
    this.#early?.push({ lane, frame });
    this.#earlyBytes += frame.length;
    if (this.#earlyBytes > limits.windowBytes) this.close("more was sent than the window holds");
  }

  #receiveAck(taken: Extract<LinkMessage, { kind: "ack" }>): void {
    const drained = this.#sendWindow.acknowledge(taken);
    if (!drained) this.close("an acknowledgement of what was not sent");
    for (const lane of drained ?? []) {
      // A listener may have closed the link, or filled this lane again, while it was told of another.
      const isLow = this.bufferedBytes(lane) <= coreLimits.laneLowWaterBytes;
      if (isLow && this.#ended === undefined) this.#tell(() => this.#events?.onDrain(lane));
    }
  }

  #handOverEarly(): void {
    if (!this.#events) return;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { lane, frame } of early) this.#handOver(lane, frame);
  }

  #handOver(lane: Lane, frame: Uint8Array): void {
    // A listener may close the link between two frames.
    if (this.#ended !== undefined) return;
    this.#receiveWindow.take(lane, frame);
    this.#tell(() => this.#events?.onFrame(lane, frame));
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#stopWatch?.();
    this.#heartbeat?.stop();
    this.#receiveWindow.close();
    const { channel } = this.#options;
    channel.onmessage = null;
    channel.onmessageerror = null;
    channel.close();
    this.#options.onEnd();
    const events = this.#events;
    // Before `start` nobody listens; it tells then. And no event comes inside `close`.
    if (events) queueMicrotask(() => this.#tellClose(events, reason));
  }

  #tellClose(events: LinkEvents, reason: string): void {
    if (this.#closeTold) return;
    this.#closeTold = true;
    this.#tell(() => events.onClose(reason));
  }

  #postFrame(lane: Lane, frame: Uint8Array): void {
    // Cloning a view would clone all of the buffer behind it.
    const whole = frame.byteLength === frame.buffer.byteLength ? frame : frame.slice();
    this.#post({ kind: "frame", lane, seq: this.#framesSent++, frame: whole });
  }

  #post(message: LinkMessage): void {
    try {
      this.#options.channel.postMessage(message);
    } catch (cause) {
      this.#options.logger.log("warn", "broadcast.post-failed", { cause });
      this.#end("the channel is gone");
    }
  }

  #tell(event: () => void): void {
    try {
      event();
    } catch (cause) {
      this.#options.logger.log("error", "broadcast.listener-failed", { cause });
    }
  }
}
