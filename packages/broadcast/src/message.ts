import { limits as coreLimits, type Lane, lanes, type PeerId, parsePeerId } from "@manyhands/core";

/** What tabs of a room say to all of them. `locked`: the sender holds the lock of its name, see `tab-lock.ts`. */
export type RoomMessage =
  /** Here I am; with `to`, for one tab only. */
  | { readonly kind: "hello"; readonly from: PeerId; readonly to?: PeerId; readonly locked: boolean }
  /** The answer of a tab that waits to be dialled. */
  | { readonly kind: "welcome"; readonly from: PeerId; readonly to: PeerId; readonly locked: boolean }
  /** Meet me on the channel of this link. */
  | {
      readonly kind: "offer";
      readonly from: PeerId;
      readonly to: PeerId;
      readonly locked: boolean;
      readonly link: string;
    }
  /** I am leaving. */
  | { readonly kind: "leave"; readonly from: PeerId };

/** What the two ends of a link say to one another, on its own channel. */
export type LinkMessage =
  | { readonly kind: "accept"; readonly locked: boolean }
  | { readonly kind: "open" }
  /** `seq` counts the frames of a link, from 0, over all lanes. */
  | { readonly kind: "frame"; readonly lane: Lane; readonly seq: number; readonly frame: Uint8Array }
  /** Bytes taken so far, by lane. */
  | { readonly kind: "ack"; readonly now: number; readonly live: number; readonly bulk: number }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | { readonly kind: "bye"; readonly reason: string };

/** Reads what came on a room's channel; `undefined` for anything that is not exactly a message. */
export const parseRoomMessage = (data: unknown): RoomMessage | undefined => {
  const fields = fieldsOf(data);
  const from = peerIn(fields["from"]);
  if (!from) return undefined;
  const kind = fields["kind"];
  if (kind === "leave") return { kind, from };
  const { locked } = { locked: fields["locked"] };
  if (typeof locked !== "boolean") return undefined;
  const to = peerIn(fields["to"]);
  if (kind === "hello") {
    if (fields["to"] === undefined) return { kind, from, locked };
    return to && { kind, from, to, locked };
  }
  if (!to) return undefined;
  if (kind === "welcome") return { kind, from, to, locked };
  const link = fields["link"];
  return kind === "offer" && isLinkId(link) ? { kind, from, to, locked, link } : undefined;
};

/** Reads what came on a link's channel; `undefined` for anything that is not exactly a message. */
export const parseLinkMessage = (data: unknown): LinkMessage | undefined => {
  const fields = fieldsOf(data);
  const kind = fields["kind"];
  switch (kind) {
    case "open":
    case "ping":
    case "pong":
      return { kind };
    case "accept": {
      const locked = fields["locked"];
      return typeof locked === "boolean" ? { kind, locked } : undefined;
    }
    case "bye": {
      const reason = fields["reason"];
      return typeof reason === "string" ? { kind, reason: reason.slice(0, maxReasonLength) } : undefined;
    }
    case "ack": {
      const { now, live, bulk } = { now: fields["now"], live: fields["live"], bulk: fields["bulk"] };
      return isCount(now) && isCount(live) && isCount(bulk) ? { kind, now, live, bulk } : undefined;
    }
    case "frame": {
      const lane = lanes.find((one) => one === fields["lane"]);
      const { seq, frame } = { seq: fields["seq"], frame: fields["frame"] };
      if (!lane || !isCount(seq) || !(frame instanceof Uint8Array)) return undefined;
      const fits = frame.length > 0 && frame.length <= coreLimits.maxFrameBytes;
      return fits ? { kind, lane, seq, frame } : undefined;
    }
    default:
      return undefined;
  }
};

/** A reason is for people to read in a log. */
const maxReasonLength = 200;

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};

const peerIn = (value: unknown): PeerId | undefined =>
  typeof value === "string" ? parsePeerId(value) : undefined;

const isLinkId = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{32}$/.test(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
