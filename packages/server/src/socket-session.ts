import type { Clock, Logger } from "@manyhands/core";
import type { RawData, WebSocket } from "ws";
import type { ServerLimits } from "./limits.js";
import type { Counters, CutReason } from "./server-metrics.js";
import type { HubClient, SignalingHub } from "./signaling-hub.js";

export interface SessionOptions {
  readonly hub: SignalingHub;
  readonly limits: ServerLimits;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One client's socket, from the handshake to its end: feeds the hub and keeps watch. */
export class SocketSession {
  /** Resolves when the socket is gone. */
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;
  readonly #options: SessionOptions;
  readonly #client: HubClient;
  #heard = true;
  #cancelTerminate: (() => void) | undefined;

  constructor(socket: WebSocket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#client = options.hub.connect({
      bufferedBytes: () => socket.bufferedAmount,
      // A write that fails shows as an `error` of the socket; the callback keeps it from being thrown.
      send: (message) => socket.send(message, { binary: false }, () => undefined),
      cut: (reason) => this.#cut(reason),
    });
    socket.on("message", (data) => {
      this.#heard = true;
      this.#receive(data);
    });
    socket.on("ping", (data) => {
      this.#heard = true;
      if (this.#client.spend(data.length)) socket.pong(data, false, () => undefined);
    });
    socket.on("pong", () => {
      this.#heard = true;
    });
    socket.on("error", (error) => this.#broke(error));
    this.ended = new Promise((resolve) => {
      socket.on("close", () => {
        this.#cancelTerminate?.();
        this.#client.leave();
        resolve();
      });
    });
  }

  /** Asks for a sign of life; cuts the socket if none came since the last time. */
  beat(): void {
    if (!this.#heard) {
      this.#options.counters.cuts["no-pong"] += 1;
      this.#options.logger.log("info", "socket-cut", { reason: "no-pong" });
      this.#socket.terminate();
      return;
    }
    this.#heard = false;
    this.#socket.ping(undefined, undefined, () => undefined);
  }

  /** Ends it in order, by force after `limits.closeMs`. */
  close(code: number, reason: string): void {
    this.#client.leave();
    this.#socket.close(code, reason);
    this.#cancelTerminate ??= this.#options.clock.setTimer(
      () => this.#socket.terminate(),
      this.#options.limits.closeMs,
    );
  }

  #receive(data: RawData): void {
    // The socket gives a Buffer, as long as nobody sets its `binaryType`.
    if (Buffer.isBuffer(data)) this.#client.receive(data.toString("utf8"), data.length);
  }

  #cut(reason: CutReason): void {
    this.#options.logger.log("info", "socket-cut", { reason });
    // Who does not read will not read a close frame either.
    if (reason === "slow-receiver") this.#socket.terminate();
    else this.close(policyViolation, reason);
  }

  /** What the client sent is not WebSocket, or the network broke. The socket closes by itself after this. */
  #broke(error: Error & { readonly code?: string }): void {
    if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.#options.counters.drops["too-large"] += 1;
    else if (error.code?.startsWith("WS_ERR_")) this.#options.counters.drops["bad-frame"] += 1;
    this.#options.logger.log("debug", "socket-error", { error });
    this.close(policyViolation, "bad-frame");
  }
}

/** RFC 6455, 7.4.1. */
const policyViolation = 1008;
