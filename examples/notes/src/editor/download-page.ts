import { type Clock, systemClock } from "@manyhands/core";
import type { Editor } from "@tiptap/core";

/** The browser must have begun to read the file by then; nothing tells us. */
const releaseAfterMs = 60_000;

/** Saves the page as a web page of its own, which any browser and most word processors open. */
export const downloadPage = (title: string, editor: Editor, clock: Clock = systemClock): void => {
  const page = document.implementation.createHTMLDocument(title);
  const heading = page.createElement("h1");
  heading.textContent = title;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  page.head.prepend(charset);
  page.body.append(heading);
  // `getHTML` writes only what the editor's schema allows: no scripts, no handlers, checked links.
  page.body.insertAdjacentHTML("beforeend", editor.getHTML());
  const file = new Blob([`<!doctype html>\n${page.documentElement.outerHTML}`], { type: "text/html" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${title.replace(/[^\p{L}\p{N} _-]+/gu, "").trim() || "Page"}.html`;
  link.click();
  clock.setTimer(() => URL.revokeObjectURL(link.href), releaseAfterMs);
};
