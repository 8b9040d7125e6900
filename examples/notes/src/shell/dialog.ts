import { element } from "../element.js";
import { icon } from "../icon.js";

/** Opens a dialog over the page and takes it away once it is closed: by Escape, its button, or a press beside it. */
export const openDialog = (title: string, ...content: readonly (Node | undefined)[]): HTMLDialogElement => {
  const close: HTMLButtonElement = element(
    "button",
    { type: "button", className: "icon-button", ariaLabel: "Close", onclick: () => dialog.close() },
    icon("close"),
  );
  const box = element(
    "div",
    { className: "dialog-box" },
    element("div", { className: "dialog-head" }, element("h2", {}, title), close),
    ...content,
  );
  const dialog = element("dialog", { className: "dialog", ariaLabel: title }, box);
  // The dialog itself is only its backdrop: its box covers the rest.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
};
