import { element } from "../element.js";

/** A drawing of a page that two people are writing in. */
export const samplePage = (): HTMLElement =>
  element(
    "div",
    { className: "sample", ariaHidden: "true" },
    element(
      "div",
      { className: "sample-page" },
      element("p", { className: "sample-title" }, "Weekend in the hills"),
      element("p", {}, "Train at 8:14, platform 3", caret("Maya", "#5b4bd6")),
      task("Book the hut", true),
      task("Bring the good coffee", true),
      element(
        "div",
        { className: "sample-task" },
        element("span", { className: "sample-box" }),
        element("span", {}, "Ask Noor about the map", caret("Jonas", "#b4451f")),
      ),
      task("Rain jackets, just in case", false),
    ),
    element("span", { className: "sample-saved" }, "Saved on 3 devices"),
  );

const task = (words: string, done: boolean): HTMLElement =>
  element(
    "div",
    { className: `sample-task${done ? " sample-done" : ""}` },
    element("span", { className: "sample-box" }),
    element("span", {}, words),
  );

const caret = (name: string, color: string): HTMLElement => {
  const mark = element("span", { className: "sample-caret" }, element("span", {}, name));
  mark.style.setProperty("--person", color);
  return mark;
};
