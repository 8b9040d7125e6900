import type { Editor } from "@tiptap/core";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { createPopover, type Popover } from "../shell/popover.js";
import { isSafeLink, readLink } from "./safe-link.js";

/** The panel in which a link is made, changed, opened or removed. */
export interface LinkPopover {
  /** Says beneath which button it opens. */
  attach(anchor: HTMLElement): void;
  open(): void;
}

/** Works on the link at the cursor, or on the selected words, of whatever `editorNow` gives. */
export const createLinkPopover = (editorNow: () => Editor | undefined): LinkPopover => {
  let popover: Popover | undefined;
  const input = element("input", {
    type: "text",
    className: "input",
    placeholder: "example.org",
    inputMode: "url",
    autocapitalize: "off",
    spellcheck: false,
    ariaLabel: "Address of the link",
  });
  const wrong = element("p", { className: "hint hint-warn", role: "alert" });
  const open = element("a", { className: "button button-soft", target: "_blank" }, icon("open"), "Open");
  open.rel = "noopener noreferrer";
  const remove = element(
    "button",
    {
      type: "button",
      className: "button button-soft",
      onclick: () => {
        popover?.close();
        editorNow()?.chain().focus().extendMarkRange("link").unsetLink().run();
      },
    },
    icon("trash"),
    "Remove",
  );
  const form = element(
    "form",
    {
      className: "link-form",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const href = readLink(input.value);
        wrong.textContent = href === undefined ? "This is not a web or mail address." : "";
        const editor = editorNow();
        if (href === undefined || !editor) return;
        popover?.close();
        setLink(editor, href);
      },
    },
    element(
      "div",
      { className: "row" },
      input,
      element("button", { type: "submit", className: "button button-main" }, "Apply"),
    ),
    wrong,
    element("div", { className: "row" }, open, remove),
  );
  const show = (): void => {
    const href: unknown = editorNow()?.getAttributes("link")["href"];
    const known = isSafeLink(href) ? href : "";
    input.value = known;
    wrong.textContent = "";
    open.hidden = known === "";
    remove.hidden = known === "";
    if (known !== "") open.href = known;
  };
  return {
    attach: (anchor) => {
      popover = createPopover({ anchor, label: "Link", content: form, onOpen: show });
    },
    open: () => {
      popover?.open();
      input.select();
    },
  };
};

/** Links the selected words, the link at the cursor, or, with neither, writes the address itself. */
const setLink = (editor: Editor, href: string): void => {
  const chain = editor.chain().focus();
  if (editor.isActive("link")) chain.extendMarkRange("link").setLink({ href }).run();
  else if (!editor.state.selection.empty) chain.setLink({ href }).run();
  else {
    const words = href.replace(/^(https:\/\/|mailto:)/, "");
    chain.insertContent({ type: "text", text: words, marks: [{ type: "link", attrs: { href } }] }).run();
  }
};
