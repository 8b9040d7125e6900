import { joinRoom } from "manyhands";
import type { Awareness } from "y-protocols/awareness";
import { WebrtcProvider } from "y-webrtc";
import * as Y from "yjs";

export type Library = "manyhands" | "y-webrtc";

export interface JoinRequest {
  readonly library: Library;
  readonly room: string;
  /** Address of the signaling server; both libraries use the same one. */
  readonly signaling: string;
  /** Ours alone: keep everything in IndexedDB. y-webrtc stores nothing by itself. */
  readonly stored: boolean;
}

/** One text, shared by either library. */
export interface SharedText {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly awareness: Awareness;
  /** Peers with an open link. */
  peers(): number;
  /** Resolves when everything written is where the library puts it. */
  whenSaved(): Promise<void>;
  leave(): Promise<void>;
}

const secret = `${"A".repeat(42)}E`;

export const joinText = (request: JoinRequest): SharedText =>
  request.library === "manyhands" ? joinOurs(request) : joinTheirs(request);

const joinOurs = ({ room: name, signaling, stored }: JoinRequest): SharedText => {
  const room = joinRoom(name, { secret, signaling, iceServers: [], ...(!stored && { store: false }) });
  return {
    doc: room.doc,
    text: room.doc.getText("text"),
    awareness: room.awareness,
    peers: () => room.state.peers.filter(({ synced }) => synced).length,
    whenSaved: () => room.whenSaved(),
    leave: () => room.close(),
  };
};

const joinTheirs = ({ room: name, signaling }: JoinRequest): SharedText => {
  const doc = new Y.Doc();
  const provider = new WebrtcProvider(name, doc, {
    signaling: [signaling],
    peerOpts: { config: { iceServers: [] } },
  });
  return {
    doc,
    text: doc.getText("text"),
    awareness: provider.awareness,
    peers: () => [...(provider.room?.webrtcConns.values() ?? [])].filter(({ connected }) => connected).length,
    whenSaved: () => Promise.resolve(),
    leave: async () => {
      provider.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
      doc.destroy();
    },
  };
};
