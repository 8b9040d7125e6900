import { asManyhandsError, type Clock, ManyhandsError } from "@manyhands/core";
import { bindingOf } from "./binding.js";
import { type IceServers, readIceServers } from "./ice-servers.js";
import type { LanesLink } from "./lanes-link.js";
import { webrtcLimits } from "./limits.js";
import type { ConnectionId, ConnectionSignal, EndpointId } from "./messages.js";
import { Negotiation } from "./negotiation.js";
import { PathWatch } from "./path-watch.js";
import type { RtcConnection, RtcConstructor } from "./rtc.js";

/** What connections of one transport have in common. */
export interface ConnectionSettings {
  readonly rtc: RtcConstructor;
  readonly iceServers: IceServers;
  readonly iceTransportPolicy: RTCIceTransportPolicy;
}

export interface ConnectionOptions {
  readonly id: ConnectionId;
  readonly remote: EndpointId;
  readonly initiator: boolean;
  readonly settings: ConnectionSettings;
  readonly clock: Clock;
  send(signal: ConnectionSignal): void;
  onChannel(channel: RTCDataChannel): void;
  /** Once, last; the links in it were closed before. */
  onEnd(reason: string, problem: ManyhandsError | undefined): void;
}

/** The connection of two endpoints, shared by the links of all rooms both are in. */
export class Connection {
  readonly id: ConnectionId;
  readonly remote: EndpointId;
  readonly initiator: boolean;
  /** The links in it, opening ones too. Whoever makes a link puts it here, and takes it out at its end. */
  readonly links: Set<LanesLink> = new Set();
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  #rtc: RtcConnection | undefined;
  #negotiation: Negotiation | undefined;
  #watch: PathWatch | undefined;
  #closed = false;
  #opened = false;
  #waiting: ((rtc: RtcConnection) => void)[] = [];
  /** What came before there was an RTCPeerConnection; bounded by `maxCandidates`. */
  #early: ((negotiation: Negotiation) => void)[] = [];
  #cancelDeadline: (() => void) | undefined;
  #cancelResend: (() => void) | undefined;
  #cancelIdle: (() => void) | undefined;
  #saidAt: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = options.id;
    this.remote = options.remote;
    this.initiator = options.initiator;
    this.#clock = options.clock;
    void this.#open();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** It ended without telling, as a connection does that was closed behind our back. */
  get dead(): boolean {
    const state = this.#rtc?.connectionState;
    return this.#closed || state === "closed" || state === "failed";
  }

  /** A link was open in it once. */
  get opened(): boolean {
    return this.#opened;
  }

  /** 32 bytes once both descriptions are known. */
  get binding(): Uint8Array | undefined {
    const both = this.#negotiation?.fingerprints;
    if (!both) return undefined;
    return this.initiator ? bindingOf(both.local, both.remote) : bindingOf(both.remote, both.local);
  }

  /** Runs `use` with the RTCPeerConnection, now or when there is one; never if the connection ends before. */
  withRtc(use: (rtc: RtcConnection) => void): void {
    if (this.#closed) return;
    if (this.#rtc) use(this.#rtc);
    else this.#waiting.push(use);
  }

  receive(signal: ConnectionSignal, seq: number): void {
    if (this.#closed) return;
    switch (signal.type) {
      case "bye":
        this.close("the other end gave up");
        return;
      case "restart":
        if (this.initiator) this.#watch?.askedToRestart();
        return;
      case "description":
        this.#negotiate((negotiation) => negotiation.receiveDescription(signal.kind, signal.sdp, seq));
        return;
      case "candidates":
        this.#negotiate((negotiation) => negotiation.receiveCandidates(signal.candidates));
        return;
      default:
        signal satisfies never;
        return;
    }
  }

  /** The other end was heard and does not seem to know of this connection: says again what was said, at most once a second. */
  remind(): void {
    const now = this.#clock.now();
    if (this.#closed || !this.initiator || this.#negotiation?.answered) return;
    if (this.#saidAt === undefined || Math.abs(now - this.#saidAt) < webrtcLimits.quietMs) return;
    this.#saidAt = now;
    this.#negotiation?.resend();
  }

  /** A link in it opened: it works. */
  markOpened(): void {
    this.#opened = true;
    this.#cancelDeadline?.();
    this.#cancelResend?.();
  }

  /** Call after `links` changed: a connection without links closes after a while. */
  linksChanged(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    if (this.#closed || !this.#opened || this.links.size > 0) return;
    this.#cancelIdle = this.#clock.setTimer(() => this.close("idle"), webrtcLimits.idleMs);
  }

  wake(): void {
    this.#watch?.wake();
  }

  /** Lets what was sent leave, then closes. Nobody hears of it any more. */
  retire(): void {
    if (this.#closed) return;
    const rtc = this.#rtc;
    this.#end("left", undefined);
    if (rtc) this.#clock.setTimer(() => rtc.close(), webrtcLimits.lingerMs);
  }

  /** Idempotent; closes the links in it first. */
  close(reason: string, problem?: ManyhandsError): void {
    if (this.#closed) return;
    const rtc = this.#rtc;
    this.#end(reason, problem);
    rtc?.close();
  }

  async #open(): Promise<void> {
    const { settings } = this.#options;
    try {
      const iceServers = await readIceServers(settings.iceServers, this.#clock);
      if (this.#closed) return;
      const { iceTransportPolicy } = settings;
      this.#begin(new settings.rtc({ iceServers, iceTransportPolicy }));
    } catch (cause) {
      const what = "An RTCPeerConnection could not be made; check `iceServers` and `iceTransportPolicy`.";
      this.close("not made", asManyhandsError(cause, "link-failed", what));
    }
  }

  #begin(rtc: RtcConnection): void {
    this.#rtc = rtc;
    this.#negotiation = new Negotiation({
      connection: rtc,
      clock: this.#clock,
      polite: !this.initiator,
      send: (signal) => this.#options.send(signal),
      onFailure: (cause) =>
        this.close(
          "descriptions",
          new ManyhandsError("link-failed", "The session descriptions do not fit together.", { cause }),
        ),
    });
    this.#watch = new PathWatch({
      connection: rtc,
      clock: this.#clock,
      restart: () => this.#restart(),
      onLost: (reason) => this.close(reason, this.#opened ? undefined : this.#explain()),
    });
    rtc.addEventListener("datachannel", ({ channel }) => {
      if (this.#closed) channel.close();
      else this.#options.onChannel(channel);
    });
    this.#cancelDeadline = this.#clock.setTimer(
      () => this.close("not connected in time", this.#explain()),
      webrtcLimits.connectMs,
    );
    for (const use of this.#waiting.splice(0)) use(rtc);
    if (this.initiator) {
      this.#negotiation.offer();
      this.#saidAt = this.#clock.now();
      this.#resendLater(webrtcLimits.resendMs);
    }
    for (const early of this.#early.splice(0)) early(this.#negotiation);
  }

  #negotiate(step: (negotiation: Negotiation) => void): void {
    if (this.#negotiation) step(this.#negotiation);
    else if (this.#early.length < webrtcLimits.maxCandidates) this.#early.push(step);
  }

  #resendLater(delayMs: number): void {
    this.#cancelResend = this.#clock.setTimer(() => {
      if (this.#negotiation?.answered) return;
      this.#negotiation?.resend();
      this.#resendLater(delayMs * 2);
    }, delayMs);
  }

  #restart(): void {
    if (!this.initiator) {
      this.#options.send({ type: "restart" });
      return;
    }
    void this.#restartIce();
  }

  async #restartIce(): Promise<void> {
    const { settings } = this.#options;
    try {
      const iceServers = await readIceServers(settings.iceServers, this.#clock);
      if (this.#closed || !this.#rtc) return;
      const { iceTransportPolicy } = settings;
      if (typeof settings.iceServers === "function") {
        this.#rtc.setConfiguration({ iceServers, iceTransportPolicy });
      }
      this.#rtc.restartIce();
    } catch {
      // Not every implementation can restart; a new connection serves as well.
      this.close("cannot restart");
    }
  }

  /** Why no link opened: only the network's part of it is worth a person's attention. */
  #explain(): ManyhandsError | undefined {
    if (!this.#negotiation?.answered) return undefined;
    const kinds = this.#negotiation.candidateKinds;
    const found = `Addresses found here: ${kinds.length > 0 ? kinds.join(", ") : "none"}.`;
    const advice = kinds.includes("relay")
      ? "A TURN server is in use, so check that the other side can reach it too."
      : "Add a TURN server to `iceServers`: firewalls and some routers let no direct path through.";
    return new ManyhandsError("link-failed", `A peer was found but no path to it. ${found} ${advice}`);
  }

  #end(reason: string, problem: ManyhandsError | undefined): void {
    this.#closed = true;
    for (const cancel of [this.#cancelDeadline, this.#cancelResend, this.#cancelIdle]) cancel?.();
    this.#waiting = [];
    this.#early = [];
    this.#watch?.close();
    this.#negotiation?.close();
    for (const link of [...this.links]) link.close(reason);
    this.#options.onEnd(reason, problem);
  }
}
