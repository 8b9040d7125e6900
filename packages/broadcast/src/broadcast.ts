import { ManyhandsError, type Transport, type TransportSession } from "@manyhands/core";
import { BroadcastSession } from "./broadcast-session.js";
import { type ChannelLike, channelOpener } from "./channel.js";
import { ambientLocks, type LocksLike } from "./tab-lock.js";

export interface BroadcastOptions {
  /** Default: the runtime's own. */
  readonly BroadcastChannel?: new (
    name: string,
  ) => ChannelLike;
  /** Web Locks, which tell at once that a tab is gone. Default: the runtime's own, if any; `null`: heartbeats instead. */
  readonly locks?: LocksLike | null;
}

/**
 * Links between the tabs of one browser profile that have a room open: no network, no signaling. Where there is no
 * `BroadcastChannel` it makes no links, and says so in its status.
 */
export const broadcast = (options: BroadcastOptions = {}): Transport => ({
  name: "broadcast",
  join: (room) => {
    const locks = options.locks === null ? undefined : (options.locks ?? ambientLocks());
    const { session, problem } = openSession(() => {
      const openChannel = channelOpener(options.BroadcastChannel);
      if (!openChannel) throw new Error("no BroadcastChannel");
      return new BroadcastSession({ room, openChannel, locks });
    });
    let closed = false;
    // No event comes inside `join`.
    queueMicrotask(() => {
      if (!closed) room.onStatus({ signaling: "none", ...(problem && { problem }) });
    });
    return {
      wake: () => session?.wake(),
      close: () => {
        closed = true;
        session?.close();
      },
    };
  },
});

const openSession = (
  open: () => TransportSession,
): { session?: TransportSession; problem?: ManyhandsError } => {
  try {
    return { session: open() };
  } catch (cause) {
    const why =
      "This runtime has no usable BroadcastChannel: tabs of this browser cannot be linked directly.";
    return { problem: new ManyhandsError("unsupported", why, { cause }) };
  }
};
