import { ManyhandsError } from "@manyhands/core";
import type { App, Screen } from "../app.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { logo } from "../shell/logo.js";

interface ErrorWords {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** A way on besides the start screen. */
  readonly link?: { readonly label: string; readonly href: string };
}

/** Says why a notebook cannot be opened, and how to go on. */
export const createErrorScreen = (app: App, error: unknown): Screen => {
  const { title, paragraphs, link } = errorWords(error);
  const onward = link && element("a", { className: "button button-main", href: link.href }, link.label);
  const toStart = element(
    "button",
    {
      type: "button",
      className: `button ${onward ? "button-soft" : "button-main"}`,
      onclick: () => app.goTo(undefined),
    },
    icon("home"),
    "Go to the start page",
  );
  document.title = `${title} – Manyhands Notes`;
  const card = element(
    "main",
    { className: "error-card", testId: "error-page" },
    logo(48),
    element("h1", {}, title),
    ...paragraphs.map((paragraph) => element("p", {}, paragraph)),
    element("div", { className: "row" }, onward, toStart),
  );
  return { element: element("div", { className: "error-screen" }, card), close: () => undefined };
};

const errorWords = (error: unknown): ErrorWords => {
  switch (error instanceof ManyhandsError ? error.code : undefined) {
    case "invalid-secret":
      return {
        title: "This link is not complete",
        paragraphs: [
          "A link to a notebook ends in #mh1. and a long row of letters. This one is cut off or was changed, so " +
            "there is no way to tell which notebook it meant.",
          "Ask whoever sent it to copy the link once more, all of it.",
        ],
      };
    case "insecure-context":
      return {
        title: "This page needs a secure connection",
        paragraphs: [
          "Notebooks are locked with a key, and browsers hand out the tools for that on secure pages only: those " +
            "whose address begins with https://, or localhost on your own computer.",
        ],
        ...(location.protocol === "http:" && {
          link: { label: "Try the secure address", href: location.href.replace(/^http:/, "https:") },
        }),
      };
    case "unsupported":
      return {
        title: "This browser is too old",
        paragraphs: [
          "It lacks something that notebooks need. A current Firefox, Chrome, Edge or Safari has it.",
        ],
      };
    default:
      return {
        title: "The notebook could not be opened",
        paragraphs: [
          "Something went wrong that should not. Nothing was deleted: load the page again, and if that does not " +
            "help, tell us what the line below says.",
          error instanceof Error ? error.message : String(error),
        ],
        link: { label: "Load again", href: location.href },
      };
  }
};
