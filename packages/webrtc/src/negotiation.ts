import type { Clock } from "@manyhands/core";
import { fingerprintOf } from "./binding.js";
import { webrtcLimits } from "./limits.js";
import type { Candidate, ConnectionSignal } from "./messages.js";
import type { RtcConnection } from "./rtc.js";

export interface NegotiationOptions {
  readonly connection: RtcConnection;
  readonly clock: Clock;
  /** Of two offers that cross, the polite end takes its own back. */
  readonly polite: boolean;
  send(signal: ConnectionSignal): void;
  /** The descriptions cannot be agreed on; the connection is of no use. */
  onFailure(cause: unknown): void;
}

/**
 * Agrees with the other end on descriptions and candidates ("perfect negotiation"), one step at a time, over signaling
 * that may lose, repeat and reorder.
 */
export class Negotiation {
  readonly #connection: RtcConnection;
  readonly #options: NegotiationOptions;
  #steps: Promise<void> = Promise.resolve();
  #closed = false;
  /** Both sides had a description once; before that only the initiator offers, and says so itself. */
  #agreed = false;
  #lastRemote: { readonly seq: number; readonly sdp: string } | undefined;
  #lastSent: Extract<ConnectionSignal, { type: "description" }> | undefined;
  #remoteFingerprint: string | undefined;
  #waiting: Candidate[] = [];
  #gathered: Candidate[] = [];
  #batch: Candidate[] = [];
  #cancelBatch: (() => void) | undefined;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#connection = options.connection;
    this.#connection.onicecandidate = ({ candidate }) => this.#gather(candidate);
    this.#connection.onnegotiationneeded = () => {
      if (this.#agreed) this.offer();
    };
  }

  /** The other end has described itself. */
  get answered(): boolean {
    return this.#lastRemote !== undefined;
  }

  /** The kinds of addresses found here: `host`, `srflx`, `relay`. */
  get candidateKinds(): readonly string[] {
    const kinds = this.#gathered.map(({ candidate }) => / typ (\w+)/.exec(candidate)?.[1] ?? "unknown");
    return [...new Set(kinds)];
  }

  /** Certificate fingerprints of both ends, once both are known. */
  get fingerprints(): { readonly local: string; readonly remote: string } | undefined {
    const local = fingerprintOf(this.#connection.localDescription?.sdp ?? "");
    const remote = this.#remoteFingerprint;
    return local !== undefined && remote !== undefined ? { local, remote } : undefined;
  }

  offer(): void {
    this.#step(async () => {
      // An offer is under way, here or there; `negotiationneeded` comes again if it did not serve. The first offer is
      // never doubted: some implementations leave `stable` by themselves when a channel is made.
      if (this.#agreed && this.#connection.signalingState !== "stable") return;
      await this.#describe(await this.#connection.createOffer());
    });
  }

  /** Says again what was said last, for an end that may have missed it. */
  resend(): void {
    if (this.#closed || !this.#lastSent) return;
    this.#options.send(this.#lastSent);
    const candidates = this.#gathered.slice(-webrtcLimits.maxCandidates);
    if (candidates.length > 0) this.#options.send({ type: "candidates", candidates });
  }

  receiveDescription(kind: "offer" | "answer", sdp: string, seq: number): void {
    this.#step(async () => {
      const last = this.#lastRemote;
      if (last && seq <= last.seq) return;
      if (last && sdp === last.sdp) {
        this.#lastRemote = { sdp, seq };
        if (kind === "offer") this.resend();
        return;
      }
      const { signalingState } = this.#connection;
      if (kind === "answer" && signalingState !== "have-local-offer") return;
      if (kind === "offer" && signalingState !== "stable" && !this.#options.polite) return;

      const fingerprint = fingerprintOf(sdp);
      if (fingerprint === undefined) throw new Error("the description names no single SHA-256 certificate");
      // A certificate never changes within a connection; whoever sends another is not its other end.
      if (this.#remoteFingerprint !== undefined && this.#remoteFingerprint !== fingerprint) return;

      await this.#connection.setRemoteDescription({ type: kind, sdp });
      if (this.#closed) return;
      this.#remoteFingerprint = fingerprint;
      this.#lastRemote = { sdp, seq };
      await this.#addWaiting();
      if (kind === "offer") await this.#describe(await this.#connection.createAnswer());
      this.#agreed = true;
    });
  }

  receiveCandidates(candidates: readonly Candidate[]): void {
    this.#step(async () => {
      this.#waiting = [...this.#waiting, ...candidates].slice(-webrtcLimits.maxCandidates);
      if (this.#lastRemote) await this.#addWaiting();
    });
  }

  close(): void {
    this.#closed = true;
    this.#connection.onicecandidate = this.#connection.onnegotiationneeded = null;
    this.#cancelBatch?.();
  }

  #step(run: () => Promise<void>): void {
    this.#steps = this.#steps
      .then(() => (this.#closed ? undefined : run()))
      .catch((cause: unknown) => {
        // Once agreed, a description that fails changes nothing; if the path is lost, whoever watches it will see.
        const useless = !this.#agreed || this.#connection.signalingState === "closed";
        if (!this.#closed && useless) this.#options.onFailure(cause);
      });
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setLocalDescription(description);
    // What was created, not `localDescription`: that one may hold candidates already, and they travel by themselves.
    const { type: kind, sdp } = description;
    if (this.#closed || sdp === undefined || (kind !== "offer" && kind !== "answer")) return;
    this.#lastSent = { type: "description", kind, sdp };
    this.#options.send(this.#lastSent);
  }

  async #addWaiting(): Promise<void> {
    const candidates = this.#waiting;
    this.#waiting = [];
    for (const candidate of candidates) {
      if (this.#closed) return;
      try {
        await this.#connection.addIceCandidate(candidate);
      } catch {
        // Of an offer that was not taken, of an earlier ICE run, or of a kind unknown here: the others may do.
      }
    }
  }

  #gather(found: RTCIceCandidate | null): void {
    if (this.#closed || !found?.candidate) return;
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = found;
    const entry: Candidate = {
      candidate,
      sdpMid: sdpMid ?? null,
      sdpMLineIndex: sdpMLineIndex ?? null,
      usernameFragment: usernameFragment ?? null,
    };
    this.#gathered = [...this.#gathered, entry].slice(-webrtcLimits.maxCandidates);
    this.#batch.push(entry);
    this.#cancelBatch ??= this.#options.clock.setTimer(
      () => this.#sendBatch(),
      webrtcLimits.candidateBatchMs,
    );
  }

  #sendBatch(): void {
    this.#cancelBatch = undefined;
    const candidates = this.#batch.splice(0, webrtcLimits.maxCandidates);
    if (this.#closed || candidates.length === 0) return;
    this.#options.send({ type: "candidates", candidates });
    if (this.#batch.length > 0) this.#sendBatch();
  }
}
