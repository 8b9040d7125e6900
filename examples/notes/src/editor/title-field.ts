import type * as Y from "yjs";
import { element } from "../element.js";

/** A page's title, which several people may type in at once. */
export interface TitleField {
  readonly element: HTMLTextAreaElement;
  close(): void;
}

/** Longest title. */
const maxTitle = 200;

/** A field bound to `title`; `onLeave` is called when the person goes on to the text with Enter or the down arrow. */
export const createTitleField = (title: Y.Text, onLeave: () => void): TitleField => {
  const field = element("textarea", {
    className: "title",
    rows: 1,
    placeholder: "Untitled",
    ariaLabel: "Title of this page",
    maxLength: maxTitle,
    value: title.toString(),
    testId: "page-title",
    oninput: () => {
      const typed = field.value.replace(/\n+/g, " ");
      if (typed !== field.value) field.value = typed;
      title.doc?.transact(() => applyChange(title, typed), field);
      grow(field);
    },
    onkeydown: (event) => {
      const atEnd = field.selectionStart === field.value.length;
      if (event.isComposing || !(event.key === "Enter" || (event.key === "ArrowDown" && atEnd))) return;
      event.preventDefault();
      onLeave();
    },
  });
  const show = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === field) return;
    const [start, end] = [field.selectionStart, field.selectionEnd].map((at) => shift(at, event.delta));
    field.value = title.toString();
    grow(field);
    if (document.activeElement === field) field.setSelectionRange(start ?? 0, end ?? 0);
  };
  title.observe(show);
  const observer = new ResizeObserver(() => grow(field));
  observer.observe(field);
  return {
    element: field,
    close: () => {
      title.unobserve(show);
      observer.disconnect();
    },
  };
};

/** Makes room for every line, where styles alone (`field-sizing`) cannot. */
const grow = (field: HTMLTextAreaElement): void => {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
};

/** Writes the difference only, so that what others type elsewhere in the title stays. */
const applyChange = (title: Y.Text, next: string): void => {
  const before = title.toString();
  let start = 0;
  while (start < before.length && start < next.length && before[start] === next[start]) start++;
  let same = 0;
  while (
    same < before.length - start &&
    same < next.length - start &&
    before.at(-1 - same) === next.at(-1 - same)
  ) {
    same++;
  }
  // Never between the two halves of an emoji.
  if (isHighSurrogate(before, start - 1)) start--;
  if (isHighSurrogate(before, before.length - same - 1)) same--;
  if (before.length - same > start) title.delete(start, before.length - same - start);
  if (next.length - same > start) title.insert(start, next.slice(start, next.length - same));
};

const isHighSurrogate = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
};

/** Where a cursor stands after somebody else's change. */
const shift = (cursor: number, delta: Y.YTextEvent["delta"]): number => {
  let at = 0;
  let moved = cursor;
  for (const step of delta) {
    if (at > moved) break;
    if (step.retain !== undefined) at += step.retain;
    else if (step.delete !== undefined) moved -= Math.min(step.delete, moved - at);
    else if (typeof step.insert === "string") {
      if (at < moved) moved += step.insert.length;
      at += step.insert.length;
    }
  }
  return moved;
};
