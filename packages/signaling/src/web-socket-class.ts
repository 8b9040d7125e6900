/**
 * What we use of a WebSocket: the browser's, the one of Node 22, and the class of the npm package `ws` all fit.
 *
 * The handlers take `never`, so that a class with any type of event fits; we read events as unknown.
 */
export interface WebSocketLike {
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type WebSocketClass = new (url: string) => WebSocketLike;

/** The runtime's own WebSocket, if it has one (Node 20 has none). */
export const runtimeWebSocket = (): WebSocketClass | undefined => globalThis.WebSocket;

/** Whether this is a page (or worker) served over https, which browsers keep from opening `ws:`. */
export const isSecurePage = (): boolean => {
  const location: { readonly protocol: string } | undefined = globalThis.location;
  return location?.protocol === "https:";
};
