import { limits as coreLimits, type Lane, lanes } from "@manyhands/core";
import { limits } from "./limits.js";

/** A number for every lane. */
export type PerLane = Record<Lane, number>;

/** How much of a link's frames is under way, and what has to wait, so that a slow tab is not flooded. */
export class SendWindow {
  readonly #post: (lane: Lane, frame: Uint8Array) => void;
  readonly #sent: PerLane = { now: 0, live: 0, bulk: 0 };
  readonly #taken: PerLane = { now: 0, live: 0, bulk: 0 };
  readonly #queues: Record<Lane, Uint8Array[]> = { now: [], live: [], bulk: [] };
  readonly #queued: PerLane = { now: 0, live: 0, bulk: 0 };
  readonly #wasHigh = new Set<Lane>();

  constructor(post: (lane: Lane, frame: Uint8Array) => void) {
    this.#post = post;
  }

  /** Posts a frame, or keeps it until there is room; `now` frames that find none are dropped. False: too much waits. */
  send(lane: Lane, frame: Uint8Array): boolean {
    if (this.#queues[lane].length === 0 && this.#hasRoom(frame)) {
      this.#postNow(lane, frame);
    } else if (lane !== "now") {
      this.#queues[lane].push(frame);
      this.#queued[lane] += frame.length;
    }
    if (this.bufferedBytes(lane) > coreLimits.laneLowWaterBytes) this.#wasHigh.add(lane);
    return this.#queued.live + this.#queued.bulk <= limits.maxQueuedBytes;
  }

  bufferedBytes(lane: Lane): number {
    return this.#sent[lane] - this.#taken[lane] + this.#queued[lane];
  }

  /** The other end has taken so much in all: posts what waits, and names the lanes that drained; `undefined` for nonsense. */
  acknowledge(taken: Readonly<PerLane>): Lane[] | undefined {
    if (lanes.some((lane) => taken[lane] < this.#taken[lane] || taken[lane] > this.#sent[lane]))
      return undefined;
    for (const lane of lanes) this.#taken[lane] = taken[lane];
    for (const lane of lanes) {
      const queue = this.#queues[lane];
      for (let next = queue[0]; next && this.#hasRoom(next); next = queue[0]) {
        queue.shift();
        this.#queued[lane] -= next.length;
        this.#postNow(lane, next);
      }
    }
    return lanes.filter(
      (lane) => this.bufferedBytes(lane) <= coreLimits.laneLowWaterBytes && this.#wasHigh.delete(lane),
    );
  }

  #hasRoom(frame: Uint8Array): boolean {
    const underWay = lanes.reduce((sum, lane) => sum + this.#sent[lane] - this.#taken[lane], 0);
    return underWay + frame.length <= limits.windowBytes;
  }

  #postNow(lane: Lane, frame: Uint8Array): void {
    this.#sent[lane] += frame.length;
    this.#post(lane, frame);
  }
}
