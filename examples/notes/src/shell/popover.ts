import { element } from "../element.js";

/** A small panel that belongs to a button. Escape and a press elsewhere close it; the browser sees to that. */
export interface Popover {
  readonly panel: HTMLElement;
  readonly isOpen: boolean;
  open(): void;
  close(): void;
}

/** What `createPopover` needs to know. */
export interface PopoverOptions {
  readonly anchor: HTMLElement;
  /** Its accessible name. */
  readonly label: string;
  readonly content: HTMLElement;
  readonly testId?: string;
  onOpen?(): void;
}

const gap = 8;

/** Makes a panel that opens beneath `anchor`, which must be in the document by then; on phones it is a sheet at the foot. */
export const createPopover = ({ anchor, label, content, testId, onOpen }: PopoverOptions): Popover => {
  const panel = element(
    "div",
    { className: "popover", popover: "auto", role: "dialog", ariaLabel: label, ...(testId && { testId }) },
    content,
  );
  anchor.setAttribute("aria-haspopup", "dialog");
  anchor.ariaExpanded = "false";

  const place = (): void => {
    const at = anchor.getBoundingClientRect();
    const left = Math.min(at.left, window.innerWidth - panel.offsetWidth - gap);
    panel.style.setProperty("--left", `${Math.max(gap, left)}px`);
    panel.style.setProperty("--top", `${at.bottom + gap}px`);
  };
  panel.addEventListener("toggle", () => {
    const isOpen = panel.matches(":popover-open");
    anchor.ariaExpanded = String(isOpen);
    if (isOpen) window.addEventListener("resize", place);
    else window.removeEventListener("resize", place);
  });
  return {
    panel,
    get isOpen() {
      return panel.matches(":popover-open");
    },
    open: () => {
      if (panel.matches(":popover-open")) return;
      onOpen?.();
      if (!panel.isConnected) anchor.after(panel);
      panel.showPopover();
      place();
    },
    close: () => {
      if (panel.isConnected) panel.hidePopover();
    },
  };
};
