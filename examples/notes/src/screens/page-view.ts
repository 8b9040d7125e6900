import type { Room } from "@manyhands/core";
import type { UnknownContent } from "@manyhands/tiptap";
import type { Editor } from "@tiptap/core";
import { type Page, shownTitle } from "../data/notebook.js";
import { downloadPage } from "../editor/download-page.js";
import { createNoteEditor } from "../editor/note-editor.js";
import { createTitleField, type TitleField } from "../editor/title-field.js";
import { createToolbar } from "../editor/toolbar.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import type { Person } from "../people/person.js";

/** The page that is open: its toolbar, title and text. */
export interface PageView {
  readonly element: HTMLElement;
  /** Shows another page; `undefined` for none. */
  open(page: Page | undefined, me: Person): void;
  focusTitle(): void;
  close(): void;
}

/** What `createPageView` needs to know. */
export interface PageViewOptions {
  readonly room: Room;
  /** What stands there while no page is open. */
  empty(): HTMLElement;
}

interface Opened {
  readonly editor: Editor;
  readonly title: TitleField;
}

/** Shows one page at a time. */
export const createPageView = ({ room, empty }: PageViewOptions): PageView => {
  const toolbar = createToolbar();
  const sheet = element("div", { className: "sheet" });
  const view = element("div", { className: "page-view" });
  let opened: Opened | undefined;

  const close = (): void => {
    toolbar.attach(undefined);
    opened?.title.close();
    opened?.editor.destroy();
    opened = undefined;
  };
  // The empty paper below the text belongs to the text.
  sheet.addEventListener("mousedown", (event) => {
    if (event.target !== sheet) return;
    event.preventDefault();
    opened?.editor.commands.focus("end");
  });
  const open = (page: Page, me: Person): Opened => {
    page.doc.load();
    const place = element("div", { className: "note-place" });
    const notice = element("p", { className: "notice", role: "status", hidden: true });
    const editor = createNoteEditor({
      room,
      page,
      me,
      place,
      onLinkKey: toolbar.editLink,
      onUnknownContent: (unknown) => {
        const words = unknownWords(unknown);
        notice.hidden = words === undefined;
        notice.textContent = words ?? "";
      },
    });
    const title = createTitleField(page.title, () => {
      editor.commands.setTextSelection(0);
      // At once: the editor's own command waits a frame, and fast fingers would write on in the title.
      editor.view.focus();
    });
    const download = element(
      "button",
      {
        type: "button",
        className: "link-button download",
        title: "Save this page as a file",
        onclick: () => downloadPage(shownTitle(page), editor),
      },
      icon("download"),
      "Save as a file",
    );
    const count = element("span", {});
    const showCount = (): void => {
      const words = editor.getText().match(/\S+/g)?.length ?? 0;
      count.textContent = `${words} ${words === 1 ? "word" : "words"}`;
    };
    showCount();
    editor.on("update", showCount);
    fill(
      sheet,
      title.element,
      notice,
      place,
      element("footer", { className: "sheet-foot" }, count, download),
    );
    toolbar.attach(editor);
    return { editor, title };
  };
  return {
    element: view,
    open: (page, me) => {
      close();
      if (page) {
        fill(view, toolbar.element, sheet);
        opened = open(page, me);
        view.scrollTop = 0;
      } else {
        fill(view, empty());
      }
    },
    focusTitle: () => {
      opened?.title.element.focus();
      opened?.title.element.select();
    },
    close,
  };
};

const unknownWords = ({ blocked, nodes, marks }: UnknownContent): string | undefined => {
  if (blocked) {
    return "This page was made with another version of this app and cannot be shown here. Nothing of it is lost.";
  }
  if (nodes.length === 0 && marks.length === 0) return undefined;
  return "Parts of this page come from another version of this app. They stay as they are, in dashed boxes.";
};
