import { type Clock, systemClock } from "@manyhands/core";
import { element } from "../element.js";

/** A short message at the foot of the window. */
export interface ToastOptions {
  readonly message: string;
  /** Something to do about it, such as "Undo". */
  readonly action?: { readonly label: string; run(): void };
}

/** Says what just happened. */
export interface Toasts {
  readonly element: HTMLElement;
  show(toast: ToastOptions): void;
}

/** Long enough to read a line and reach its button; with a button it stays longer. */
const shownMs = 4_000;
const shownWithActionMs = 9_000;

/** One place for messages; a new one takes the place of the one before. */
export const createToasts = (clock: Clock = systemClock): Toasts => {
  const region = element("div", { className: "toasts", role: "status" });
  let cancel = (): void => undefined;
  return {
    element: region,
    show: ({ message, action }) => {
      cancel();
      const hide = (): void => region.replaceChildren();
      const button =
        action &&
        element(
          "button",
          {
            type: "button",
            className: "toast-action",
            onclick: () => {
              hide();
              action.run();
            },
          },
          action.label,
        );
      region.replaceChildren(element("div", { className: "toast" }, element("span", {}, message), button));
      cancel = clock.setTimer(hide, action ? shownWithActionMs : shownMs);
    },
  };
};
