/** A message of a client, in the format of y-webrtc. */
export type ClientFrame =
  | { readonly kind: "subscribe"; readonly topics: readonly string[] }
  | { readonly kind: "unsubscribe"; readonly topics: readonly string[] }
  /** `forwarded(n)` is the message as it goes to each of `n` subscribers. */
  | { readonly kind: "publish"; readonly topic: string; readonly forwarded: (clients: number) => string }
  | { readonly kind: "ping" }
  | { readonly kind: "malformed" };

export const pongFrame: string = JSON.stringify({ type: "pong" });

/** Reads a message. Never throws. */
export const parseClientFrame = (text: string): ClientFrame => {
  const message = parseObject(text);
  switch (message?.["type"]) {
    case "ping":
      return { kind: "ping" };
    case "subscribe":
    case "unsubscribe": {
      const topics = message["topics"];
      if (!Array.isArray(topics) || !topics.every((topic) => typeof topic === "string")) return malformed;
      return { kind: message["type"], topics };
    }
    case "publish": {
      const topic = message["topic"];
      if (typeof topic !== "string" || topic === "") return malformed;
      return { kind: "publish", topic, forwarded: (clients) => withClients(text, clients) };
    }
    default:
      return malformed;
  }
};

const malformed: ClientFrame = { kind: "malformed" };

/**
 * Adds `clients` as the last key, where y-webrtc's server puts it. The text is not written anew from what was parsed:
 * that would overflow the stack for deeply nested data, and cost more. Of two keys `clients` readers take the last.
 */
const withClients = (text: string, clients: number): string =>
  `${text.slice(0, text.lastIndexOf("}"))},"clients":${clients}}`;

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
