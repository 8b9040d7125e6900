/** The little of a `BroadcastChannel` that is used here; browsers and Node have it. */
export interface ChannelLike {
  postMessage(message: unknown): void;
  close(): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onmessageerror: (() => void) | null;
}

/** Makes a channel by its name. */
export type OpenChannel = (name: string) => ChannelLike;

/** The runtime's own `BroadcastChannel`, or the one given; `undefined` where there is none. */
export const channelOpener = (
  given: (new (name: string) => ChannelLike) | undefined,
): OpenChannel | undefined => {
  const Channel = given ?? ambientChannel();
  return Channel && ((name) => new Channel(name));
};

const ambientChannel = (): (new (name: string) => ChannelLike) | undefined => {
  const { BroadcastChannel } = globalThis;
  if (typeof BroadcastChannel !== "function") return undefined;
  // Its handlers are typed with events of the DOM; all that is read of them is `data`.
  return BroadcastChannel as unknown as new (
    name: string,
  ) => ChannelLike;
};
