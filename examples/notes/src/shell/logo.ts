import { element } from "../element.js";

/** The app's sign. */
export const logo = (size: number): HTMLImageElement =>
  element("img", { className: "logo", src: "./icons/icon.svg", alt: "", width: size, height: size });
