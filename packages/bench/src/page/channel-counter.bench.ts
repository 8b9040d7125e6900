import { goesOn, isBlocks, isYjsData } from "../wire-form.js";

/** What this page has sent since the counter was reset. */
export interface ChannelCounts {
  /** Messages given to data channels, and their bytes. */
  readonly frames: number;
  readonly bytes: number;
  /** Those of them that carried document data. */
  readonly documentFrames: number;
  /** Bytes and packets that left through all connections, with everything DTLS and SCTP add. */
  readonly transportBytes: number;
  readonly transportPackets: number;
}

export interface ChannelCounter {
  reset(): Promise<void>;
  read(): Promise<ChannelCounts>;
  /** When the first data channel opened since the reset, by `performance.now()`. */
  firstOpenAt(): number | undefined;
}

/** Counts what data channels send, whichever library does: to be called before any connection is made. */
export const fitChannelCounter = (): ChannelCounter => {
  const connections = new Set<RTCPeerConnection>();
  /** Channels in the middle of a long message of ours. */
  const unfinished = new WeakSet<RTCDataChannel>();
  const sent = { frames: 0, bytes: 0, documentFrames: 0 };
  let before = { transportBytes: 0, transportPackets: 0 };
  let firstOpen: number | undefined;

  const watch = (channel: RTCDataChannel): void => {
    const note = (): void => {
      firstOpen ??= performance.now();
    };
    if (channel.readyState === "open") note();
    else channel.addEventListener("open", note);
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
      this.addEventListener("datachannel", ({ channel }) => watch(channel));
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      watch(channel);
      return channel;
    }
  };

  const isDocument = (channel: RTCDataChannel, message: Uint8Array): boolean => {
    if (!channel.label.startsWith("manyhands/")) return isYjsData(message);
    const carries = unfinished.has(channel) || isBlocks(message);
    if (carries && goesOn(message)) unfinished.add(channel);
    else unfinished.delete(channel);
    return carries;
  };
  const { prototype } = RTCDataChannel;
  const send: (data: ArrayBufferView<ArrayBuffer>) => void = prototype.send;
  prototype.send = function (this: RTCDataChannel, data: unknown): void {
    const message = bytesOf(data);
    sent.frames++;
    sent.bytes += message.length;
    if (isDocument(this, message)) sent.documentFrames++;
    send.call(this, message);
  };

  const readTransports = async () => {
    let [transportBytes, transportPackets] = [0, 0];
    for (const connection of connections) {
      if (connection.connectionState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== "transport") continue;
        transportBytes += report.bytesSent;
        transportPackets += report.packetsSent;
      }
    }
    return { transportBytes, transportPackets };
  };
  return {
    async reset() {
      Object.assign(sent, { frames: 0, bytes: 0, documentFrames: 0 });
      firstOpen = undefined;
      before = await readTransports();
    },
    async read() {
      const now = await readTransports();
      return {
        ...sent,
        transportBytes: now.transportBytes - before.transportBytes,
        transportPackets: now.transportPackets - before.transportPackets,
      };
    },
    firstOpenAt: () => firstOpen,
  };
};

const bytesOf = (data: unknown): Uint8Array<ArrayBuffer> => {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer)
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError("neither library sends text or blobs");
};
