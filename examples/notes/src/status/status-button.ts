import type { Room } from "@manyhands/core";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import { createPopover } from "../shell/popover.js";
import { describeStatus, type StatusDetail } from "./status-words.js";

/** The indicator of how safe the notes are, and its details. */
export interface StatusButton {
  readonly element: HTMLElement;
  close(): void;
}

/** What `createStatusButton` needs to know. */
export interface StatusButtonOptions {
  readonly room: Room;
  readonly signaling: readonly string[];
  /** Whether this device has had the notebook's pages. */
  hasMet(): boolean;
}

/** Shows `room.state` as it changes. */
export const createStatusButton = ({ room, signaling, hasMet }: StatusButtonOptions): StatusButton => {
  const label = element("span", { className: "status-label" });
  const button = element(
    "button",
    { type: "button", className: "status", testId: "status", onclick: () => popover.open() },
    element("span", { className: "status-dot" }),
    label,
  );
  const details = element("ul", { className: "status-details" });
  const popover = createPopover({
    anchor: button,
    label: "How safe your notes are",
    content: details,
    testId: "status-details",
  });
  const show = (): void => {
    const words = describeStatus(room.state, {
      online: navigator.onLine,
      met: hasMet(),
      signaling,
      formatTime,
    });
    button.dataset["tone"] = words.tone;
    button.title = words.label;
    if (label.textContent !== words.label) label.textContent = words.label;
    fill(details, ...words.details.map(detailLine));
  };
  show();
  const unsubscribe = room.subscribe(show);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  return {
    element: element("div", { className: "status-place" }, button),
    close: () => {
      unsubscribe();
      window.removeEventListener("online", show);
      window.removeEventListener("offline", show);
    },
  };
};

const detailLine = ({ icon: name, tone, title, text }: StatusDetail): HTMLElement => {
  const line = element(
    "li",
    {},
    icon(name),
    element("div", {}, element("strong", {}, title), element("p", {}, text)),
  );
  line.dataset["tone"] = tone;
  return line;
};

const formatTime = (at: number): string =>
  new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(at);
