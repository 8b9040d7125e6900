import { type AsyncGate, createInlineGate } from "./async-gate.js";
import type { GateOptions } from "./gate.js";
import type { GateReply, GateRequest } from "./gate-messages.js";
import { limits } from "./limits.js";
import type { Candidate, ImportCandidate, Verdict } from "./verdict.js";

/** As much of a `Worker` as is used. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

/** How a gate in a worker begins. */
export interface GateWorkerOptions extends GateOptions {
  /** Makes a worker that runs `@manyhands/gate/worker`. Default: where there are workers, one from this package's files. */
  readonly createWorker?: () => WorkerLike;
  /** Runs `act` in `delayMs` unless the returned function is called. Default: no deadline. */
  readonly setTimer?: (act: () => void, delayMs: number) => () => void;
  /** A worker that takes longer for one answer is ended and started anew. Default 30,000. */
  readonly deadlineMs?: number;
}

/**
 * Makes a gate in a worker, so that no update blocks the page. Where there are no workers (Node) it stands in the
 * caller's thread. A worker that fails or takes too long is replaced by one that was told all that was admitted; the call is
 * answered with `not-judged`, which says nothing about the update: other replicas may have judged it.
 */
export const createGateWorker = (options: GateWorkerOptions = {}): AsyncGate => {
  const createWorker = options.createWorker ?? defaultWorker();
  return createWorker ? new WorkerGate(options, createWorker) : createInlineGate(options);
};

const defaultWorker = (): (() => WorkerLike) | undefined =>
  typeof Worker === "undefined"
    ? undefined
    : () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

const notJudged: Verdict = { ok: false, reason: "not-judged" };
const broken: Verdict = { ok: false, reason: "broken" };

class WorkerGate implements AsyncGate {
  readonly #options: GateWorkerOptions;
  readonly #createWorker: () => WorkerLike;
  #worker: WorkerLike | undefined;
  /** Settles when the call before the next one is answered. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Ends the wait for the answer that is under way. */
  #giveUp: (() => void) | undefined;
  /** What a new worker is told: a state, and what was admitted since. */
  #state: Uint8Array | undefined;
  #updates: Uint8Array[];
  #updateBytes = 0;
  #closed = false;

  constructor(options: GateWorkerOptions, createWorker: () => WorkerLike) {
    this.#options = options;
    this.#createWorker = createWorker;
    this.#state = options.state;
    this.#updates = [...(options.updates ?? [])];
  }

  check(candidate: Candidate): Promise<Verdict> {
    return this.#judge({ ask: "check", candidate });
  }

  admit(candidate: Candidate): Promise<Verdict> {
    return this.#judge({ ask: "admit", candidate });
  }

  admitImport(candidate: ImportCandidate): Promise<Verdict> {
    return this.#judge({ ask: "admitImport", candidate });
  }

  vector(): Promise<Map<number, number>> {
    return this.#inTurn(async () => {
      const reply = await this.#ask({ ask: "vector" });
      return reply?.reply === "vector" ? reply.vector : new Map();
    });
  }

  encodeState(): Promise<Uint8Array> {
    return this.#inTurn(() => this.#compact());
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  #judge(request: GateRequest): Promise<Verdict> {
    return this.#inTurn(async () => {
      if (this.#closed) return broken;
      const reply = await this.#ask(request);
      if (this.#closed) return broken;
      if (reply?.reply !== "verdict") return notJudged;
      const { verdict } = reply;
      if (verdict.ok && request.ask !== "check") {
        this.#updates.push(verdict.bytes);
        this.#updateBytes += verdict.bytes.length;
        const isLong =
          this.#updates.length > limits.maxReplayUpdates || this.#updateBytes > limits.maxReplayBytes;
        if (isLong) await this.#compact();
      }
      return verdict;
    });
  }

  /** Fetches the state, which from now on is what a new worker is told. */
  async #compact(): Promise<Uint8Array> {
    const reply = await this.#ask({ ask: "encodeState" });
    if (reply?.reply !== "encodeState") return this.#state ?? new Uint8Array();
    this.#state = reply.state;
    this.#updates = [];
    this.#updateBytes = 0;
    return reply.state;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #ask(request: GateRequest): Promise<GateReply | undefined> {
    if (this.#closed) return undefined;
    if (!this.#worker) {
      this.#worker = this.#createWorker();
      const { roots } = this.#options;
      const state = this.#state ? { state: this.#state } : {};
      const options: GateOptions = { ...(roots ? { roots } : {}), ...state, updates: this.#updates };
      const opened = await this.#exchange(this.#worker, { ask: "open", options });
      if (opened?.reply !== "open") return undefined;
    }
    return this.#worker && (await this.#exchange(this.#worker, request));
  }

  /** Undefined, and the worker is ended, when no answer comes. */
  #exchange(worker: WorkerLike, request: GateRequest): Promise<GateReply | undefined> {
    return new Promise((resolve) => {
      const settle = (reply: GateReply | undefined): void => {
        cancel?.();
        this.#giveUp = undefined;
        if (!reply || reply.reply === "failed") this.#end();
        resolve(reply);
      };
      const cancel = this.#options.setTimer?.(() => settle(undefined), this.#options.deadlineMs ?? 30_000);
      this.#giveUp = () => settle(undefined);
      worker.onmessage = ({ data }) => settle(data);
      worker.onerror = () => settle(undefined);
      worker.postMessage(request);
    });
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    worker.onmessage = null;
    worker.onerror = null;
    worker.terminate();
    this.#giveUp?.();
  }
}
