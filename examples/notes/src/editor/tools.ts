import type { Editor } from "@tiptap/core";
import type { IconName } from "../icon.js";

/** One button of the toolbar. */
export interface Tool {
  /** Its accessible name. */
  readonly name: string;
  /** A drawing, or a few letters. */
  readonly face: IconName | { readonly letters: string };
  /** Shown with the name; `Mod` is Ctrl or ⌘. */
  readonly keys?: string;
  run(editor: Editor): void;
  /** Whether the cursor stands in it; without it the button is a plain one. */
  isOn?(editor: Editor): boolean;
  /** Whether pressing it would do something; without it always. */
  canRun?(editor: Editor): boolean;
}

const heading = (level: 1 | 2 | 3): Tool => ({
  name: `Heading ${level}`,
  face: { letters: `H${level}` },
  keys: `Mod+Alt+${level}`,
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
  isOn: (editor) => editor.isActive("heading", { level }),
});

/** The toolbar's buttons in groups. */
export const toolGroups = (onLink: () => void): readonly (readonly Tool[])[] => [
  [
    {
      name: "Undo",
      face: "undo",
      keys: "Mod+Z",
      run: (editor) => editor.chain().focus().undo().run(),
      canRun: (editor) => editor.can().undo(),
    },
    {
      name: "Redo",
      face: "redo",
      keys: "Mod+Shift+Z",
      run: (editor) => editor.chain().focus().redo().run(),
      canRun: (editor) => editor.can().redo(),
    },
  ],
  [heading(1), heading(2), heading(3)],
  [
    {
      name: "Bold",
      face: "bold",
      keys: "Mod+B",
      run: (editor) => editor.chain().focus().toggleBold().run(),
      isOn: (editor) => editor.isActive("bold"),
    },
    {
      name: "Italic",
      face: "italic",
      keys: "Mod+I",
      run: (editor) => editor.chain().focus().toggleItalic().run(),
      isOn: (editor) => editor.isActive("italic"),
    },
    {
      name: "Strike through",
      face: "strike",
      keys: "Mod+Shift+S",
      run: (editor) => editor.chain().focus().toggleStrike().run(),
      isOn: (editor) => editor.isActive("strike"),
    },
    {
      name: "Code",
      face: "code",
      keys: "Mod+E",
      run: (editor) => editor.chain().focus().toggleCode().run(),
      isOn: (editor) => editor.isActive("code"),
    },
    {
      name: "Link",
      face: "link",
      keys: "Mod+K",
      run: onLink,
      isOn: (editor) => editor.isActive("link"),
    },
  ],
  [
    {
      name: "Bullet list",
      face: "bulletList",
      keys: "Mod+Shift+8",
      run: (editor) => editor.chain().focus().toggleBulletList().run(),
      isOn: (editor) => editor.isActive("bulletList"),
    },
    {
      name: "Numbered list",
      face: "orderedList",
      keys: "Mod+Shift+7",
      run: (editor) => editor.chain().focus().toggleOrderedList().run(),
      isOn: (editor) => editor.isActive("orderedList"),
    },
    {
      name: "Task list",
      face: "taskList",
      keys: "Mod+Shift+9",
      run: (editor) => editor.chain().focus().toggleTaskList().run(),
      isOn: (editor) => editor.isActive("taskList"),
    },
    {
      name: "Quote",
      face: "quote",
      keys: "Mod+Shift+B",
      run: (editor) => editor.chain().focus().toggleBlockquote().run(),
      isOn: (editor) => editor.isActive("blockquote"),
    },
    {
      name: "Code block",
      face: "codeBlock",
      keys: "Mod+Alt+C",
      run: (editor) => editor.chain().focus().toggleCodeBlock().run(),
      isOn: (editor) => editor.isActive("codeBlock"),
    },
  ],
];
