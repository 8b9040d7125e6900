import type { Clock } from "@manyhands/core";
import type { RtcConstructor } from "../src/rtc.js";

type Handler = ((event: never) => void) | null;

/** A data channel between two fake connections. */
export class FakeChannel {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime = null;
  readyState: RTCDataChannelState = "connecting";
  binaryType = "blob";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onopen: Handler = null;
  onclose: Handler = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onbufferedamountlow: Handler = null;
  twin: FakeChannel | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock, label: string, init: RTCDataChannelInit = {}) {
    this.#clock = clock;
    this.label = label;
    this.ordered = init.ordered ?? true;
    this.maxRetransmits = init.maxRetransmits ?? null;
  }

  send(data: Uint8Array): void {
    if (this.readyState !== "open") throw new Error("not open");
    const copy = data.slice().buffer;
    this.#clock.setTimer(() => this.twin?.onmessage?.({ data: copy }), 1);
  }

  open(): void {
    this.readyState = "open";
    this.onopen?.({} as never);
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.#clock.setTimer(() => {
      this.onclose?.({} as never);
      this.twin?.close();
    }, 1);
  }
}

/** The network that fake connections meet in. */
export class FakeNet {
  readonly clock: Clock;
  readonly made: FakeRtc[] = [];
  /** Whether two connections find a path now. */
  reachable = true;
  /** The addresses each connection finds. */
  candidateKinds: readonly string[] = ["host", "srflx"];
  canRestart = true;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get live(): FakeRtc[] {
    return this.made.filter(({ connectionState }) => connectionState !== "closed");
  }

  /** The class to inject. */
  get rtc(): RtcConstructor {
    const net = this;
    const made = class extends FakeRtc {
      constructor() {
        super(net);
      }
    };
    // It has what is used of an RTCPeerConnection and no more.
    return made as unknown as RtcConstructor;
  }

  /** The path between all breaks, as both ends notice it. */
  breakPaths(): void {
    for (const rtc of this.live) rtc.setIce("disconnected");
  }
}

export class FakeRtc {
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  signalingState: RTCSignalingState = "stable";
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly addedCandidates: unknown[] = [];
  restarts = 0;
  readonly #net: FakeNet;
  readonly #number: number;
  readonly #channels: FakeChannel[] = [];
  #version = 0;
  #onDataChannel: ((event: { channel: FakeChannel }) => void) | undefined;

  constructor(net: FakeNet) {
    this.#net = net;
    this.#number = net.made.length;
    net.made.push(this);
  }

  addEventListener(_: "datachannel", listener: (event: { channel: FakeChannel }) => void): void {
    this.#onDataChannel = listener;
  }

  createDataChannel(label: string, init: RTCDataChannelInit): FakeChannel {
    if (this.connectionState === "closed") throw new Error("closed");
    const channel = new FakeChannel(this.#net.clock, label, init);
    this.#channels.push(channel);
    if (this.iceConnectionState === "connected") this.#net.clock.setTimer(() => this.#openChannels(), 1);
    return channel;
  }

  async createOffer(): Promise<{ type: string; sdp: string }> {
    return { type: "offer", sdp: this.#sdp() };
  }

  async createAnswer(): Promise<{ type: string; sdp: string }> {
    return { type: "answer", sdp: this.#sdp() };
  }

  async setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    if (this.connectionState === "closed") throw new Error("closed");
    this.localDescription = description;
    this.signalingState = description.type === "offer" ? "have-local-offer" : "stable";
    this.#net.clock.setTimer(() => {
      for (const kind of this.#net.candidateKinds) {
        const candidate = `candidate:1 1 udp 1 192.0.2.${this.#number} 9 typ ${kind}`;
        this.onicecandidate?.({
          candidate: { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null },
        });
      }
      this.onicecandidate?.({ candidate: null });
    }, 1);
    this.#connectSoon();
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    if (this.connectionState === "closed") throw new Error("closed");
    if (!description.sdp.startsWith("v=0")) throw new Error("not a description");
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    this.#connectSoon();
  }

  async addIceCandidate(candidate: unknown): Promise<void> {
    this.addedCandidates.push(candidate);
  }

  setConfiguration(): void {}

  restartIce(): void {
    if (!this.#net.canRestart) throw new Error("not implemented");
    this.restarts++;
    this.#net.clock.setTimer(() => this.onnegotiationneeded?.(), 0);
  }

  setIce(state: RTCIceConnectionState): void {
    if (this.connectionState === "closed" || this.iceConnectionState === state) return;
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
  }

  /** As real ones: without an event here; the other end's channels close if the path works, and it misses this one in time. */
  close(): void {
    if (this.connectionState === "closed") return;
    const other = this.#other();
    this.#net.clock.setTimer(() => other?.setIce("disconnected"), 5_000);
    this.connectionState = "closed";
    this.iceConnectionState = "closed";
    this.signalingState = "closed";
    for (const channel of this.#channels) {
      channel.readyState = "closed";
      if (this.#net.reachable) this.#net.clock.setTimer(() => channel.twin?.close(), 2);
    }
  }

  /** Opens what waits, with a twin at the other end. */
  #openChannels(): void {
    const other = this.#other();
    if (!other || other.connectionState === "closed" || this.iceConnectionState !== "connected") return;
    for (const channel of this.#channels.filter(
      ({ readyState, twin }) => readyState === "connecting" && !twin,
    )) {
      const twin = new FakeChannel(this.#net.clock, channel.label, {
        ordered: channel.ordered,
        ...(channel.maxRetransmits !== null && { maxRetransmits: channel.maxRetransmits }),
      });
      twin.twin = channel;
      channel.twin = twin;
      twin.readyState = "open";
      other.#channels.push(twin);
      other.#onDataChannel?.({ channel: twin });
      channel.open();
    }
  }

  #connectSoon(): void {
    this.#net.clock.setTimer(() => {
      const other = this.#other();
      if (!other || !this.#net.reachable || other.connectionState === "closed") return;
      if (this.signalingState !== "stable" || other.signalingState !== "stable") return;
      for (const end of [this, other]) end.#connected();
      for (const end of [this, other]) end.#openChannels();
    }, 10);
  }

  #connected(): void {
    if (this.connectionState === "closed") return;
    this.connectionState = "connected";
    this.setIce("connected");
  }

  #other(): FakeRtc | undefined {
    const number = /a=number:(\d+)/.exec(this.remoteDescription?.sdp ?? "")?.[1];
    const other = this.#net.made[Number(number ?? -1)];
    return other?.remoteDescription?.sdp.includes(`a=number:${this.#number}\r\n`) ? other : undefined;
  }

  #sdp(): string {
    const byte = (this.#number % 256).toString(16).padStart(2, "0").toUpperCase();
    const fingerprint = Array.from({ length: 32 }, () => byte).join(":");
    return `v=0\r\na=number:${this.#number}\r\na=version:${this.#version++}\r\na=fingerprint:sha-256 ${fingerprint}\r\n`;
  }
}
