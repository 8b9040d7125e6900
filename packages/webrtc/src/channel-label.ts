import type { Lane, PeerId } from "@manyhands/core";
import { lanes, parsePeerId } from "@manyhands/core";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./hex.js";

/** What a data channel says of itself, so that the end that takes it needs no other message to place it. */
export interface ChannelLabel {
  /** Which room: `roomTag(topic)`. */
  readonly tag: string;
  /** Which link of that room, 16 hex digits; lanes of two links never mix. */
  readonly link: string;
  readonly lane: Lane;
  readonly from: PeerId;
  readonly to: PeerId;
}

/** A room's name inside a connection, 32 hex digits. A hash, so that an endpoint outside the room cannot learn its topic. */
export const roomTag = (topic: string): string =>
  toHex(sha256(new TextEncoder().encode(`manyhands/webrtc/1/tag ${topic}`)).subarray(0, 16));

export const formatLabel = (label: ChannelLabel): string =>
  ["manyhands", "1", label.lane, label.tag, label.link, label.from, label.to].join("/");

/** Reads a label; `undefined` if it is not one of ours or of another version. */
export const parseLabel = (text: string): ChannelLabel | undefined => {
  const [, laneName, tag, link, fromText, toText] =
    /^manyhands\/1\/([a-z]+)\/([0-9a-f]{32})\/([0-9a-f]{16})\/([0-9a-f]{32})\/([0-9a-f]{32})$/.exec(text) ??
    [];
  const lane = lanes.find((name) => name === laneName);
  const from = fromText === undefined ? undefined : parsePeerId(fromText);
  const to = toText === undefined ? undefined : parsePeerId(toText);
  if (!lane || tag === undefined || link === undefined || !from || !to) return undefined;
  return { tag, link, lane, from, to };
};

/** How each lane's channel is made. */
export const channelInit = (lane: Lane): RTCDataChannelInit =>
  lane === "now" ? { ordered: false, maxRetransmits: 0 } : { ordered: true };
