import type { Clock } from "@manyhands/core";
import { webrtcLimits } from "./limits.js";
import type { RtcConnection } from "./rtc.js";

export interface PathWatchOptions {
  readonly connection: RtcConnection;
  readonly clock: Clock;
  /** Look for a new path, keeping the connection. */
  restart(): void;
  /** No path was ever found, or the one there was is lost for good. */
  onLost(reason: string): void;
}

/** Watches the path of one connection: bears short trouble, then restarts ICE, then gives up. */
export class PathWatch {
  readonly #options: PathWatchOptions;
  readonly #connection: RtcConnection;
  #everConnected = false;
  #restarts = 0;
  #cancelTimer: (() => void) | undefined;
  #inTrouble = false;

  constructor(options: PathWatchOptions) {
    this.#options = options;
    this.#connection = options.connection;
    this.#connection.oniceconnectionstatechange = () => this.#look();
    this.#connection.onconnectionstatechange = () => this.#look();
  }

  /** The machine woke: what may be trouble is treated as trouble now. */
  wake(): void {
    this.#look();
    if (this.#everConnected && !this.#isConnected && !this.#inTrouble) this.#restart();
  }

  /** The other end lost the path, or sees trouble; this end may not know yet. */
  askedToRestart(): void {
    if (this.#everConnected && !this.#inTrouble) this.#restart();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#connection.oniceconnectionstatechange = this.#connection.onconnectionstatechange = null;
  }

  get #isConnected(): boolean {
    const { iceConnectionState } = this.#connection;
    return iceConnectionState === "connected" || iceConnectionState === "completed";
  }

  #look(): void {
    const { connectionState, iceConnectionState } = this.#connection;
    if (connectionState === "closed" || iceConnectionState === "closed") {
      this.#lose("closed");
      return;
    }
    if (this.#isConnected) {
      // ICE is well, yet the connection failed: the certificates do not fit.
      if (connectionState === "failed") {
        this.#lose("the secure channel failed");
        return;
      }
      this.#everConnected = true;
      this.#recover();
    } else if (iceConnectionState === "failed") {
      if (!this.#everConnected) this.#lose("no path was found");
      else if (!this.#inTrouble) this.#restart();
    } else if (iceConnectionState === "disconnected" && this.#everConnected && !this.#cancelTimer) {
      this.#cancelTimer = this.#options.clock.setTimer(() => this.#restart(), webrtcLimits.disconnectedMs);
    }
  }

  #recover(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#inTrouble = false;
    this.#restarts = 0;
  }

  #restart(): void {
    this.#cancelTimer?.();
    if (this.#restarts >= webrtcLimits.maxRestarts) {
      this.#lose("the path was lost");
      return;
    }
    this.#inTrouble = true;
    this.#restarts++;
    this.#cancelTimer = this.#options.clock.setTimer(() => {
      if (this.#isConnected) this.#recover();
      else this.#restart();
    }, webrtcLimits.restartMs);
    this.#options.restart();
  }

  #lose(reason: string): void {
    this.close();
    this.#options.onLost(reason);
  }
}
