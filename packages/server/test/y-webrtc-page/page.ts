import { WebrtcProvider } from "y-webrtc";
import * as Y from "yjs";

const query = new URLSearchParams(location.search);
const doc = new Y.Doc();
const password = query.get("password");

/** A client as its users write it: nothing of ours is in this page. */
new WebrtcProvider("plain room", doc, {
  signaling: [query.get("signaling") ?? ""],
  peerOpts: { config: { iceServers: [] } },
  ...(password && { password }),
});
Object.assign(window, {
  write: (words: string) => doc.getText("text").insert(0, words),
  read: () => doc.getText("text").toString(),
});
document.body.dataset["ready"] = "yes";
