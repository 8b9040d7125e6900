import { limits } from "@manyhands/core";
import { fromBase64, toBase64 } from "./base64.js";
import { signalingLimits } from "./limits.js";

/** A message of a server, or why it is not one. */
export type ServerFrame =
  | { readonly kind: "publish"; readonly topic: string; readonly payload: Uint8Array }
  | { readonly kind: "pong" }
  | { readonly kind: "bad"; readonly reason: BadFrame };

export type BadFrame =
  /** Not text, not JSON, or not of the format. */
  | "malformed"
  /** A message of a plain y-webrtc client: its payload is an object, not base64. */
  | "foreign"
  /** Longer than we read. */
  | "too-large";

export const pingFrame: string = JSON.stringify({ type: "ping" });

export const subscribeFrame = (topics: readonly string[]): string =>
  JSON.stringify({ type: "subscribe", topics });

export const unsubscribeFrame = (topics: readonly string[]): string =>
  JSON.stringify({ type: "unsubscribe", topics });

export const publishFrame = (topic: string, payload: Uint8Array): string =>
  JSON.stringify({ type: "publish", topic, data: toBase64(payload) });

/** Reads what a WebSocket gave as `data`. Never throws. */
export const parseServerFrame = (data: unknown): ServerFrame => {
  if (typeof data !== "string") return bad("malformed");
  if (data.length > signalingLimits.maxMessageChars) return bad("too-large");
  const message = parseObject(data);
  if (message === undefined) return bad("malformed");
  if (message["type"] === "pong") return { kind: "pong" };
  const { topic, data: content } = message;
  if (message["type"] !== "publish" || typeof topic !== "string") return bad("malformed");
  if (typeof content !== "string") return bad(isObject(content) ? "foreign" : "malformed");
  const payload = fromBase64(content);
  if (payload === undefined) return bad("malformed");
  return payload.length > limits.maxSignalBytes ? bad("too-large") : { kind: "publish", topic, payload };
};

const bad = (reason: BadFrame): ServerFrame => ({ kind: "bad", reason });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
