import { WebSocket } from "ws";

/** A bare WebSocket client, as any program could be one: no manners, no checks. */
export interface RawClient {
  readonly socket: WebSocket;
  send(message: string | Buffer): void;
  /** The next message, as text. Rejects when the socket closes before one comes. */
  next(): Promise<string>;
  /** The code it was closed with. */
  readonly closed: Promise<number>;
  /** Resolves when the server has taken everything sent so far: it answers a ping of the protocol. */
  settled(): Promise<void>;
}

export const connectRaw = async (url: string, headers: Record<string, string> = {}): Promise<RawClient> => {
  const socket = new WebSocket(url, { headers });
  const messages: string[] = [];
  const waiting: ((message: string) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const take = waiting.shift();
    if (take) take(data.toString("utf8"));
    else messages.push(data.toString("utf8"));
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => undefined);
  return {
    socket,
    send: (message) => socket.send(message),
    next: () => {
      const message = messages.shift();
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve, reject) => {
        waiting.push(resolve);
        socket.once("close", (code) => reject(new Error(`closed with ${code} while waiting for a message`)));
      });
    },
    closed,
    settled: () =>
      new Promise((resolve, reject) => {
        socket.once("pong", () => resolve());
        socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
        socket.ping();
      }),
  };
};
