/**
 * Pulls and puts back the network cable of this page: open sockets and connections die, new ones fail. What Chromium's own
 * emulation leaves alive (WebRTC, open WebSockets) is what matters here.
 */
export interface Cable {
  pull(): void;
  plug(): void;
  /** RTCPeerConnections that are not closed. */
  openLinks(): number;
  /** Destroys the RTCPeerConnections and leaves the rest alone. */
  breakLinks(): number;
}

export const fitCable = (): Cable => {
  const NativeSocket = window.WebSocket;
  const NativeConnection = window.RTCPeerConnection;
  const sockets = new Set<WebSocket>();
  const connections = new Set<RTCPeerConnection>();
  let plugged = true;
  window.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      // Port 9 discards: an address that never answers.
      super(plugged ? url : "ws://127.0.0.1:9", protocols);
      sockets.add(this);
    }
  };
  window.RTCPeerConnection = class extends NativeConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
      if (!plugged) setTimeout(() => this.close());
    }
  };
  const open = (): RTCPeerConnection[] =>
    [...connections].filter(({ connectionState }) => connectionState !== "closed");
  const breakLinks = (): number => {
    const broken = open();
    for (const connection of broken) connection.close();
    connections.clear();
    return broken.length;
  };
  return {
    pull: () => {
      plugged = false;
      for (const socket of sockets) socket.close();
      sockets.clear();
      breakLinks();
      window.dispatchEvent(new Event("offline"));
    },
    plug: () => {
      plugged = true;
      window.dispatchEvent(new Event("online"));
    },
    openLinks: () => open().length,
    breakLinks,
  };
};
