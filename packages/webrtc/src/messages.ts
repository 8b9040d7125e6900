import { limits, type PeerId, parsePeerId } from "@manyhands/core";
import { webrtcLimits } from "./limits.js";

declare const brand: unique symbol;

/** One `webrtc()` object as others know it inside signaling: 32 hex digits. */
export type EndpointId = string & { readonly [brand]: "EndpointId" };
/** One attempt to connect two endpoints: 32 hex digits. */
export type ConnectionId = string & { readonly [brand]: "ConnectionId" };

/** An ICE candidate as it travels. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

/** What two endpoints say to each other about one connection. */
export type ConnectionSignal =
  | { readonly type: "description"; readonly kind: "offer" | "answer"; readonly sdp: string }
  | { readonly type: "candidates"; readonly candidates: readonly Candidate[] }
  /** The end that does not offer asks the other for an ICE restart. */
  | { readonly type: "restart" }
  /** The sender gave the connection up, or does not want it. */
  | { readonly type: "bye" };

/** Everything said through signaling. */
export type SignalBody =
  /**
   * "I am here." Without `to` for everyone; with it: "and I have no link with you". `urgent` when the sender has just
   * come or woken, so that waiting to try again makes no sense. `connection` is the one it still holds with `to`.
   */
  | {
      readonly type: "announce";
      readonly urgent: boolean;
      readonly to?: PeerId;
      readonly connection?: ConnectionId;
    }
  /** "I have left this room." */
  | { readonly type: "leave" }
  | (ConnectionSignal & { readonly to: PeerId; readonly connection: ConnectionId });

/** A body with its sender. */
export type SignalMessage = SignalBody & {
  /** Random; the same message may come by several servers. */
  readonly id: string;
  readonly from: PeerId;
  readonly endpoint: EndpointId;
  /** Counts all messages of the endpoint: a newer one says more about now than an older one. */
  readonly seq: number;
};

/** Reads an endpoint id. */
export const parseEndpointId = (text: unknown): EndpointId | undefined =>
  isHex(text, 32) ? (text as EndpointId) : undefined;

/** Reads a connection id. */
export const parseConnectionId = (text: unknown): ConnectionId | undefined =>
  isHex(text, 32) ? (text as ConnectionId) : undefined;

/** The bytes to be sealed. */
export const encodeMessage = (message: SignalMessage): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ v: 1, ...message }));

/** Reads what a member sealed; `undefined` for anything that is not exactly such a message. Never throws. */
export const decodeMessage = (bytes: Uint8Array): SignalMessage | undefined => {
  if (bytes.length > limits.maxSignalBytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(value) ? readMessage(value) : undefined;
  } catch {
    return undefined;
  }
};

type Fields = Readonly<Record<string, unknown>>;

const readMessage = (fields: Fields): SignalMessage | undefined => {
  const { v, id, seq } = fields;
  const from = readPeer(fields["from"]);
  const endpoint = parseEndpointId(fields["endpoint"]);
  if (v !== 1 || !isHex(id, 16) || !isCount(seq) || !from || !endpoint) return undefined;
  const body = readBody(fields);
  return body && { ...body, id, from, endpoint, seq };
};

const readBody = (fields: Fields): SignalBody | undefined => {
  if (fields["type"] === "leave") return { type: "leave" };
  if (fields["type"] === "announce") return readAnnounce(fields);
  const to = readPeer(fields["to"]);
  const connection = parseConnectionId(fields["connection"]);
  const signal = readConnectionSignal(fields);
  return to && connection && signal && { ...signal, to, connection };
};

const readAnnounce = (fields: Fields): SignalBody | undefined => {
  const { urgent } = fields;
  if (typeof urgent !== "boolean") return undefined;
  if (fields["to"] === undefined) return { type: "announce", urgent };
  const to = readPeer(fields["to"]);
  if (!to) return undefined;
  if (fields["connection"] === undefined) return { type: "announce", urgent, to };
  const connection = parseConnectionId(fields["connection"]);
  return connection && { type: "announce", urgent, to, connection };
};

const readConnectionSignal = (fields: Fields): ConnectionSignal | undefined => {
  const { type, kind, sdp, candidates } = fields;
  switch (type) {
    case "restart":
    case "bye":
      return { type };
    case "description":
      if (kind !== "offer" && kind !== "answer") return undefined;
      return isText(sdp, webrtcLimits.maxSdpChars) ? { type, kind, sdp } : undefined;
    case "candidates": {
      if (!Array.isArray(candidates) || candidates.length > webrtcLimits.maxCandidates) return undefined;
      const read = candidates.map(readCandidate).filter((candidate) => candidate !== undefined);
      return read.length === candidates.length ? { type, candidates: read } : undefined;
    }
    default:
      return undefined;
  }
};

const readCandidate = (value: unknown): Candidate | undefined => {
  if (!isRecord(value)) return undefined;
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = value;
  if (!isText(candidate, webrtcLimits.maxCandidateChars)) return undefined;
  if (sdpMid !== null && !isText(sdpMid, 32)) return undefined;
  if (sdpMLineIndex !== null && !(isCount(sdpMLineIndex) && sdpMLineIndex < 256)) return undefined;
  if (usernameFragment !== null && !isText(usernameFragment, 256)) return undefined;
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
};

const readPeer = (value: unknown): PeerId | undefined =>
  typeof value === "string" && value.length === 32 ? parsePeerId(value) : undefined;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown, maxChars: number): value is string =>
  typeof value === "string" && value.length <= maxChars;

const isHex = (value: unknown, length: number): value is string =>
  typeof value === "string" && value.length === length && /^[0-9a-f]*$/.test(value);

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
