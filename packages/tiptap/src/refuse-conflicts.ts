import { ManyhandsError } from "@manyhands/core";
import type { Editor } from "@tiptap/core";
import type { EditorView } from "@tiptap/pm/view";

const fixes: Readonly<Record<string, string>> = {
  undoRedo:
    "Two undo histories break each other: use StarterKit.configure({ undoRedo: false }), or leave UndoRedo out.",
  history:
    "Two undo histories break each other: leave the History extension out (StarterKit.configure({ undoRedo: false })).",
  collaboration: "Manyhands takes the place of the Collaboration extension: leave that one out.",
  collaborationCaret: "Manyhands draws the carets itself: leave CollaborationCaret out.",
  collaborationCursor: "Manyhands draws the carets itself: leave CollaborationCursor out.",
};

/** Throws `ManyhandsError` `invalid-option`, with the way out, if an extension is there that cannot be beside this one. */
export const refuseConflictingExtensions = (editor: Editor): void => {
  const names = editor.extensionManager.extensions.map(({ name }) => name);
  for (const name of names) {
    const fix = Object.hasOwn(fixes, name) ? fixes[name] : undefined;
    if (fix !== undefined)
      throw new ManyhandsError("invalid-option", `Manyhands and "${name}" are both in this editor. ${fix}`);
  }
  if (names.filter((name) => name === "manyhands").length > 1) {
    throw new ManyhandsError(
      "invalid-option",
      "Manyhands is in this editor twice. One editor edits one field.",
    );
  }
};

/**
 * Throws `ManyhandsError` `invalid-option` if a plugin comes from a second copy of y-tiptap or from y-prosemirror: it
 * looks for its state under another key than ours and fails far from the cause.
 */
export const refuseForeignPlugins = (view: EditorView, ours: readonly unknown[]): void => {
  for (const plugin of view.state.plugins) {
    const key: unknown = Reflect.get(plugin, "key");
    if (typeof key !== "string" || !/^(y-sync|y-undo|yjs-cursor)\$/.test(key) || ours.includes(plugin))
      continue;
    const message =
      `A plugin "${key}" of another copy of @tiptap/y-tiptap (or of y-prosemirror) is in this editor. ` +
      "Install one version only: npm ls @tiptap/y-tiptap y-prosemirror, then npm dedupe.";
    throw new ManyhandsError("invalid-option", message);
  }
};
