import { element } from "../element.js";
import { icon } from "../icon.js";

/** Slides the sidebar in and out where the window is too narrow for both. */
export interface Drawer {
  /** Opens the sidebar; only seen in narrow windows. */
  readonly button: HTMLElement;
  /** Covers the rest while the sidebar is open; a press on it closes. */
  readonly shade: HTMLElement;
  close(): void;
}

/** Makes `side` a drawer. In wide windows the styles show it all the time and nothing here matters. */
export const createDrawer = (side: HTMLElement): Drawer => {
  const set = (isOpen: boolean): void => {
    side.classList.toggle("is-open", isOpen);
    shade.classList.toggle("is-open", isOpen);
    button.ariaExpanded = String(isOpen);
  };
  const close = (): void => {
    const hadFocus = side.contains(document.activeElement);
    const wasOpen = side.classList.contains("is-open");
    set(false);
    if (wasOpen && hadFocus) button.focus();
  };
  const button = element(
    "button",
    {
      type: "button",
      className: "icon-button drawer-button",
      ariaLabel: "Pages",
      title: "Pages",
      testId: "open-sidebar",
      onclick: () => {
        set(true);
        side.querySelector<HTMLElement>(".new-page")?.focus();
      },
    },
    icon("menu"),
  );
  const shade = element("div", { className: "shade", onclick: close });
  button.setAttribute("aria-controls", side.id);
  side.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  set(false);
  return { button, shade, close };
};
