import type { Room } from "@manyhands/core";
import type { App } from "../app.js";
import { element } from "../element.js";
import { icon } from "../icon.js";

/** Says that a notebook's pages have yet to come. */
export interface LookingBanner {
  readonly element: HTMLElement;
  close(): void;
}

/**
 * Whoever opens a link first has to meet somebody who has the notes. Until this device has met one, the banner says
 * so, or an empty notebook would look like a lost one.
 */
export const createLookingBanner = (app: App, room: Room, invite: string): LookingBanner => {
  const words = element("p", {});
  const banner = element("div", { className: "banner", role: "status" }, icon("search"), words);
  const show = (): void => {
    if (room.state.synced && app.recent.find(invite)?.met !== true) app.recent.note(invite, { met: true });
    banner.hidden = app.recent.find(invite)?.met === true;
    const next = lookingWords(room);
    if (words.textContent !== next) words.textContent = next;
  };
  show();
  return { element: banner, close: room.subscribe(show) };
};

const lookingWords = ({ state }: Room): string => {
  if (state.peers.length > 0) return "Found somebody. The pages are on their way…";
  if (state.signaling === "unreachable") {
    return "The notes of this link are not on this device yet, and the meeting point where others are found does not answer. We keep trying.";
  }
  if (state.signaling === "none") {
    return "The notes of this link are not on this device yet. No meeting point is set up, so only another window of this browser can bring them.";
  }
  return "Looking for somebody who has this notebook open. Its pages appear as soon as one is found.";
};
