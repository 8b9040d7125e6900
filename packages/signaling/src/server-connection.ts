import type { Clock, ManyhandsError, Random, SignalingStatus } from "@manyhands/core";
import { type ConnectionFailure, explainFailure } from "./connection-failure.js";
import { signalingLimits } from "./limits.js";
import { NamedTimers } from "./named-timers.js";
import { retryDelayMs } from "./retry-delay.js";
import { isSecurePage, type WebSocketClass, type WebSocketLike } from "./web-socket-class.js";
import { pingFrame } from "./y-webrtc-frames.js";

export interface ConnectionOptions {
  readonly url: string;
  /** The server as people may see it. */
  readonly name: string;
  /** Asked at every attempt. */
  readonly webSocket: () => WebSocketClass | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** A fresh socket stands: the server knows nothing of us yet. */
  readonly onOpen: () => void;
  readonly onData: (data: unknown) => void;
  /** `status` or `problem` is another. May come inside `open` and `wake`. */
  readonly onStatus: () => void;
}

type TimerName = "attempt" | "retry" | "unreachable" | "silence" | "stable";

/** A WebSocket to one server that comes back by itself, from `open` until `close`. */
export class ServerConnection {
  readonly #options: ConnectionOptions;
  readonly #timers: NamedTimers<TimerName>;
  #running = false;
  #socket: WebSocketLike | undefined;
  #standing = false;
  #wakePending = false;
  #failures = 0;
  #lastFailure: ConnectionFailure = { kind: "timeout" };
  #status: SignalingStatus = "connecting";
  #problem: ManyhandsError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#timers = new NamedTimers(options.clock);
  }

  get status(): SignalingStatus {
    return this.#status;
  }

  /** Why the status is `unreachable`. */
  get problem(): ManyhandsError | undefined {
    return this.#problem;
  }

  /** True while something can be sent. */
  get standing(): boolean {
    return this.#standing;
  }

  /** Idempotent; may follow a `close`. */
  open(): void {
    if (this.#running) return;
    this.#running = true;
    this.#failures = 0;
    this.#lastFailure = { kind: "timeout" };
    this.#becomeConnecting();
    this.#attempt();
  }

  /** Idempotent. After it nothing is called. */
  close(): void {
    this.#running = false;
    this.#timers.cancelAll();
    this.#forgetSocket();
  }

  /** False when it was not sent: not connected, or too much waits already. */
  send(text: string): boolean {
    if (!this.#standing || this.#socket === undefined) return false;
    if (this.#socket.bufferedAmount > signalingLimits.maxBufferedBytes) return false;
    try {
      this.#socket.send(text);
      return true;
    } catch {
      return false;
    }
  }

  /** Tries at once if it waits to try again; asks for a sign of life if it stands. */
  wake(): void {
    if (!this.#running) return;
    if (this.#socket === undefined) {
      this.#failures = 0;
      this.#attempt();
    } else if (this.#standing && !this.#wakePending) {
      this.#wakePending = true;
      this.#ping(signalingLimits.wakeAnswerMs);
    }
  }

  #attempt(): void {
    this.#timers.cancel("retry");
    const WebSocket = this.#options.webSocket();
    if (WebSocket === undefined) {
      this.#fail({ kind: "unsupported" });
      return;
    }
    let socket: WebSocketLike;
    try {
      socket = new WebSocket(this.#options.url);
    } catch (cause) {
      this.#fail({ kind: "forbidden", cause });
      return;
    }
    this.#socket = socket;
    this.#listen(socket);
    this.#timers.set("attempt", () => this.#fail({ kind: "timeout" }), signalingLimits.attemptMs);
  }

  /** Handlers stay for good: the class of `ws` throws what nobody handles, even after we forgot the socket. */
  #listen(socket: WebSocketLike): void {
    const ifCurrent =
      <Event>(handle: (event: Event) => void) =>
      (event: Event): void => {
        if (this.#socket === socket) handle(event);
      };
    socket.onopen = ifCurrent(() => this.#opened());
    socket.onmessage = ifCurrent((event: { readonly data: unknown }) => {
      this.#awaitSilence();
      this.#options.onData(event.data);
    });
    // Not every runtime follows a failed handshake with a close event.
    socket.onerror = ifCurrent((event: { readonly message?: unknown }) =>
      this.#fail({ kind: "broken", detail: typeof event.message === "string" ? event.message : "" }),
    );
    socket.onclose = ifCurrent((event: { readonly code: number; readonly reason: string }) =>
      this.#fail({ kind: "closed", code: event.code, reason: event.reason }),
    );
  }

  #opened(): void {
    this.#standing = true;
    this.#timers.cancel("attempt", "unreachable");
    this.#timers.set(
      "stable",
      () => {
        this.#failures = 0;
      },
      signalingLimits.stableMs,
    );
    this.#awaitSilence();
    this.#options.onOpen();
    this.#setStatus("connected");
  }

  #fail(failure: ConnectionFailure): void {
    const stood = this.#standing;
    this.#forgetSocket();
    this.#timers.cancel("attempt", "silence", "stable");
    this.#lastFailure = failure;
    this.#failures += 1;
    this.#timers.set(
      "retry",
      () => this.#attempt(),
      retryDelayMs(this.#failures, this.#options.random.fraction()),
    );
    // What the runtime itself refuses will not mend soon: said at once.
    if (failure.kind === "unsupported" || failure.kind === "forbidden") this.#becomeUnreachable();
    else if (stood) this.#becomeConnecting();
  }

  #forgetSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#standing = false;
    this.#wakePending = false;
    try {
      socket?.close();
    } catch {
      // It is of no use any more, however it ends.
    }
  }

  #awaitSilence(): void {
    this.#wakePending = false;
    const { pingAfterMs, deadAfterMs } = signalingLimits;
    this.#timers.set("silence", () => this.#ping(deadAfterMs - pingAfterMs), pingAfterMs);
  }

  #ping(answerMs: number): void {
    this.send(pingFrame);
    this.#timers.set("silence", () => this.#fail({ kind: "silent" }), answerMs);
  }

  #becomeConnecting(): void {
    this.#timers.set("unreachable", () => this.#becomeUnreachable(), signalingLimits.unreachableMs);
    this.#setStatus("connecting");
  }

  #becomeUnreachable(): void {
    this.#timers.cancel("unreachable");
    this.#setStatus("unreachable", explainFailure(this.#options.name, this.#lastFailure, isSecurePage()));
  }

  #setStatus(status: SignalingStatus, problem?: ManyhandsError): void {
    if (this.#status === status && this.#problem?.code === problem?.code) return;
    this.#status = status;
    this.#problem = problem;
    this.#options.onStatus();
  }
}
