import { limits } from "../limits.js";
import { type Lane, type Link, lanes } from "../ports/transport.js";
import { cutFrames } from "./frames.js";

/**
 * Feeds one link's lanes without ever filling them: what does not fit waits here, `live` goes before `bulk`, and of
 * `now` only the newest waits.
 */
export class LaneSender {
  readonly #link: Link;
  readonly #queues: Record<Lane, Uint8Array[]> = { now: [], live: [], bulk: [] };
  readonly #queuedBytes: Record<Lane, number> = { now: 0, live: 0, bulk: 0 };
  readonly #onRoom: Record<Lane, (() => void)[]> = { now: [], live: [], bulk: [] };
  #closed = false;

  constructor(link: Link) {
    this.#link = link;
  }

  send(lane: Lane, message: Uint8Array): void {
    if (this.#closed) return;
    if (lane === "now") this.#dropWaiting(lane);
    for (const frame of cutFrames(message)) {
      this.#queues[lane].push(frame);
      this.#queuedBytes[lane] += frame.length;
    }
    this.pump();
  }

  #dropWaiting(lane: Lane): void {
    this.#queues[lane] = [];
    this.#queuedBytes[lane] = 0;
  }

  /** False when more of `live` would only pile up: a sync from the store serves this neighbour better. */
  get hasRoomForLive(): boolean {
    return this.#queuedBytes.live < limits.maxQueuedBytes;
  }

  /** Resolves when the lane can take more without piling up, or the link is closed. */
  async roomFor(lane: Lane): Promise<void> {
    if (this.#closed || this.#queuedBytes[lane] < limits.laneHighWaterBytes) return;
    await new Promise<void>((resolve) => this.#onRoom[lane].push(resolve));
  }

  /** Sends what fits; to be called when a lane has drained. */
  pump(): void {
    for (const lane of lanes) {
      if (lane === "bulk" && this.#queues.live.length > 0) break;
      const queue = this.#queues[lane];
      let sent = 0;
      while (sent < queue.length && this.#link.bufferedBytes(lane) < limits.laneHighWaterBytes) {
        const frame = queue[sent++];
        if (!frame) break;
        this.#queuedBytes[lane] -= frame.length;
        this.#link.send(lane, frame);
      }
      queue.splice(0, sent);
      if (this.#queuedBytes[lane] < limits.laneHighWaterBytes) this.#tellRoom(lane);
    }
  }

  close(): void {
    this.#closed = true;
    for (const lane of lanes) this.#tellRoom(lane);
  }

  #tellRoom(lane: Lane): void {
    for (const resolve of this.#onRoom[lane].splice(0)) resolve();
  }
}
