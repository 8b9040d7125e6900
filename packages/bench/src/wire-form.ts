/** Wire numbers of our messages, by docs/protocol.md. */
const messageNames = [
  "digest",
  "frontier",
  "blocks",
  "end",
  "absent",
  "receipt",
  "links",
  "presence",
  "channel",
  "ping",
  "pong",
];

/** The message that a frame of ours begins: flag, type, … Continuations of long messages are not told apart. */
export const messageOf = (frame: Uint8Array): string => messageNames[frame[1] ?? -1] ?? "unknown";

/** Whether a frame of ours begins a message of blocks. */
export const isBlocks = (frame: Uint8Array): boolean => messageOf(frame) === "blocks";

/** Whether a frame of ours says that its message goes on in the next. */
export const goesOn = (frame: Uint8Array): boolean => frame[0] === 1;

/** Whether a message of y-webrtc carries document data: sync (0), and then step 2 (1) or an update (2). */
export const isYjsData = (message: Uint8Array): boolean =>
  message[0] === 0 && (message[1] === 1 || message[1] === 2);
