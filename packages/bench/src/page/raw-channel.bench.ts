/** One end of a bare data channel: what both libraries build on. Descriptions are carried by the measurement. */
export class RawChannel {
  readonly #connection = new RTCPeerConnection();
  #channel: RTCDataChannel | undefined;
  #received = 0;
  #receivedAt = Number.NaN;

  /** The offer of the sending end, with all its candidates. */
  async offer(): Promise<string> {
    this.#channel = this.#connection.createDataChannel("raw");
    await this.#connection.setLocalDescription();
    return await this.#described();
  }

  /** The answer of the receiving end. */
  async answer(offer: string): Promise<string> {
    this.#connection.ondatachannel = ({ channel }) => {
      channel.binaryType = "arraybuffer";
      channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        this.#received += data.byteLength;
        this.#receivedAt = performance.now();
      };
    };
    await this.#connection.setRemoteDescription(JSON.parse(offer));
    await this.#connection.setLocalDescription();
    return await this.#described();
  }

  /** Sends `bytes` as soon as the channel opens: messages of 16 KiB, at most 64 KiB of them buffered. */
  async send(answer: string, bytes: number): Promise<void> {
    const channel = this.#channel;
    if (!channel) throw new Error("the receiving end does not send");
    channel.bufferedAmountLowThreshold = 16_384;
    const opened = new Promise((resolve) => channel.addEventListener("open", resolve));
    await this.#connection.setRemoteDescription(JSON.parse(answer));
    await opened;
    const message = new Uint8Array(16_384);
    for (let left = bytes; left > 0; left -= message.length) {
      if (channel.bufferedAmount >= 65_536)
        await new Promise((resolve) =>
          channel.addEventListener("bufferedamountlow", resolve, { once: true }),
        );
      channel.send(message.subarray(0, Math.min(left, message.length)));
    }
  }

  /** When the last of `bytes` came, by `performance.now()`. */
  async received(bytes: number): Promise<number> {
    while (this.#received < bytes) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.#receivedAt;
  }

  close(): void {
    this.#connection.close();
  }

  async #described(): Promise<string> {
    const connection = this.#connection;
    while (connection.iceGatheringState !== "complete")
      await new Promise((resolve) => setTimeout(resolve, 5));
    return JSON.stringify(connection.localDescription);
  }
}
