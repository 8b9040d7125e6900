import { createSecret, type JoinOptions, joinRoom, type Room } from "manyhands";
import * as Y from "yjs";
import { type Cable, fitCable } from "./cable.js";
import { FriendsAuthor } from "./friends-author.js";

/** What a test finds in the page as `window.testPage`. */
export interface TestPage {
  readonly Y: typeof Y;
  readonly FriendsAuthor: typeof FriendsAuthor;
  readonly cable: Cable;
  readonly createSecret: typeof createSecret;
  readonly joinRoom: typeof joinRoom;
  /** The room that `open` made last. */
  room: Room;
  author: FriendsAuthor | undefined;
  open(name: string, options: JoinOptions): Promise<number>;
  text(): string;
}

declare global {
  interface Window {
    testPage: TestPage;
  }
}

const cable = fitCable();

window.testPage = {
  Y,
  FriendsAuthor,
  cable,
  createSecret,
  joinRoom,
  get room(): Room {
    throw new Error("no room is open");
  },
  author: undefined,
  async open(name, options) {
    const room = joinRoom(name, { iceServers: [], ...options });
    Object.defineProperty(window.testPage, "room", { value: room, configurable: true, writable: true });
    await room.whenLoaded();
    return room.doc.clientID;
  },
  text: () => window.testPage.room.doc.getText("text").toString(),
};
document.body.dataset["ready"] = "yes";
