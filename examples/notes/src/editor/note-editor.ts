import type { Room } from "@manyhands/core";
import { Manyhands, type UnknownContent } from "@manyhands/tiptap";
import { Editor } from "@tiptap/core";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";
import { bodyField, type Page, shownTitle } from "../data/notebook.js";
import type { Person } from "../people/person.js";
import { isSafeLink } from "./safe-link.js";

/** What `createNoteEditor` needs to know. */
export interface NoteEditorOptions {
  readonly room: Room;
  readonly page: Page;
  readonly me: Person;
  /** Where the editor goes. */
  readonly place: HTMLElement;
  /** Ctrl or ⌘ and K: change the link at the cursor. */
  onLinkKey(): void;
  /** The page holds what this version of the app does not know. */
  onUnknownContent(unknown: UnknownContent): void;
}

/** The editor of one page. Destroy it before another page is shown in its place. */
export const createNoteEditor = ({
  room,
  page,
  me,
  place,
  onLinkKey,
  onUnknownContent,
}: NoteEditorOptions): Editor =>
  new Editor({
    element: place,
    // The styles are ours, in styles/note.css.
    injectCSS: false,
    editorProps: {
      attributes: {
        "data-testid": "editor",
        class: "note",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": `Text of “${shownTitle(page)}”`,
        spellcheck: "true",
      },
      handleKeyDown: (_view, event) => {
        if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return false;
        onLinkKey();
        return true;
      },
      handleClick: (_view, _position, event) => followLink(event),
    },
    extensions: [
      StarterKit.configure({
        // Undo must leave others' changes alone: `Manyhands` brings its own.
        undoRedo: false,
        // Each window would add its own empty line at the end of the same note.
        trailingNode: false,
        heading: { levels: [1, 2, 3] },
        link: {
          openOnClick: false,
          defaultProtocol: "https",
          isAllowedUri: (href, { defaultValidate }) => isSafeLink(href) && defaultValidate(href),
          HTMLAttributes: { rel: "noopener noreferrer nofollow", target: "_blank" },
        },
      }),
      TaskList,
      TaskItem.configure({
        nested: true,
        a11y: { checkboxLabel: (node) => `Done: ${node.textContent || "empty task"}` },
      }),
      Placeholder.configure({ placeholder: "Write something…" }),
      Manyhands.configure({
        room,
        document: page.doc,
        field: bodyField,
        user: { name: me.name, color: me.color },
        onUnknownContent,
      }),
    ],
  });

/** A plain press puts the cursor into the link's words; with Ctrl or ⌘ it opens the link. */
const followLink = (event: MouseEvent): boolean => {
  if (!(event.metaKey || event.ctrlKey) || !(event.target instanceof Element)) return false;
  const href = event.target.closest("a")?.getAttribute("href");
  if (!isSafeLink(href)) return false;
  window.open(href, "_blank", "noopener,noreferrer");
  return true;
};
