import type { Kept } from "../device/kept.js";
import { currentTheme, switchTheme } from "../device/theme.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";

/** A button that switches between light and dark. */
export const createThemeButton = (kept: Kept): HTMLButtonElement => {
  const show = (): void => {
    const other = currentTheme() === "dark" ? "light" : "dark";
    button.title = `Use ${other} colours`;
    button.ariaLabel = button.title;
    fill(button, icon(other === "dark" ? "moon" : "sun"));
  };
  const button = element("button", {
    type: "button",
    className: "icon-button",
    onclick: () => {
      switchTheme(kept);
      show();
    },
  });
  show();
  return button;
};
