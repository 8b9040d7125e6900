import type { DecorationAttrs } from "@tiptap/pm/view";
import type { RemoteCaret } from "./caret-state.js";
import { labelColor } from "./user-color.js";

/** How carets and placeholders look. Colours come in by custom properties, so an app can restyle every class. */
export const styles = `
.manyhands-caret { position: relative; margin: 0 -1px; border-left: 2px solid var(--manyhands-color); word-break: normal; pointer-events: none; }
.manyhands-caret-label { position: absolute; bottom: 100%; left: -2px; padding: 0 4px; border-radius: 3px 3px 3px 0; background: var(--manyhands-color); color: var(--manyhands-label-color); font: 600 11px/16px system-ui, sans-serif; white-space: nowrap; user-select: none; opacity: 0; animation: manyhands-caret-label 3s; z-index: 1; }
.manyhands-caret-label.manyhands-below { bottom: auto; top: 100%; }
.manyhands-selection { background: color-mix(in srgb, var(--manyhands-color) 25%, transparent); }
.manyhands-opaque { border: 1px dashed currentColor; border-radius: 4px; padding: 0 6px; font: 13px/1.6 system-ui, sans-serif; opacity: 0.7; user-select: none; }
.manyhands-opaque.ProseMirror-selectednode { outline: 2px solid Highlight; }
@keyframes manyhands-caret-label { 0%, 70% { opacity: 1 } 100% { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .manyhands-caret-label { animation-timing-function: step-end; } }
`;

/** Puts the styles where the editor is: into the page, or into the shadow root around it. Gives back their removal. */
export const injectStyles = (root: Document | ShadowRoot, nonce: string | undefined): (() => void) => {
  // Not by `instanceof`: the editor may be in another frame, whose classes are others.
  const head = "head" in root ? root.head : root;
  const style =
    root.ownerDocument?.createElement("style") ??
    ("createElement" in root ? root.createElement("style") : undefined);
  if (style === undefined) return () => undefined;
  if (nonce !== undefined) style.setAttribute("nonce", nonce);
  style.dataset["manyhands"] = "";
  style.textContent = styles;
  head.append(style);
  return () => style.remove();
};

/** Draws a caret: no wider than nothing, so that no text moves; the label hangs above the line and fades. */
export const drawCaret = (caret: RemoteCaret, owner: Document): HTMLElement => {
  const element = owner.createElement("span");
  element.className = "manyhands-caret";
  // Screen readers read the text; carets that come and go within words would tear it.
  element.setAttribute("aria-hidden", "true");
  paint(element, caret);
  const label = owner.createElement("span");
  label.className = "manyhands-caret-label";
  label.textContent = caret.name;
  element.append(label);
  return element;
};

/** The decoration of another person's selected text. */
export const selectionAttributes = (caret: RemoteCaret): DecorationAttrs => ({
  class: "manyhands-selection",
  style: `--manyhands-color: ${caret.color}`,
});

// Through the object model and not as an attribute: a content security policy may forbid style attributes.
const paint = (element: HTMLElement, caret: RemoteCaret): void => {
  element.style.setProperty("--manyhands-color", caret.color);
  element.style.setProperty("--manyhands-label-color", labelColor(caret.color));
};
