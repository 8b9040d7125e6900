import { systemClock } from "@manyhands/core";
import { type Command, type Editor, Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import { Binding } from "./binding.js";
import { injectStyles } from "./caret-dom.js";
import { caretPlugin } from "./caret-plugin.js";
import { OpaqueContents } from "./opaque-contents.js";
import { OpaqueBlock, OpaqueInline, OpaqueMark, opaqueBlockName } from "./opaque-nodes.js";
import { type ManyhandsOptions, resolveTarget, type UnknownContent } from "./options.js";
import { refuseConflictingExtensions, refuseForeignPlugins } from "./refuse-conflicts.js";
import { syncPlugin, undoPlugin } from "./sync-plugin.js";
import { UndoSession } from "./undo-session.js";
import { UnknownNames } from "./unknown-names.js";
import { userColor } from "./user-color.js";

/** What `editor.storage.manyhands` holds. */
export interface ManyhandsStorage {
  /** What the shared document holds that this editor's schema does not know; it grows while the editor lives. */
  unknown: UnknownContent;
}

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    manyhands: {
      /** Takes back one's own last edit; false when there is none. */
      undo: () => ReturnType;
      /** Makes again what was undone last; false when there is nothing. */
      redo: () => ReturnType;
    };
  }
  interface Storage {
    manyhands: ManyhandsStorage;
  }
}

/**
 * Makes a Tiptap editor edit a shared document together with others: content, carets, undo of one's own edits.
 * Throws `ManyhandsError` `invalid-option` when the editor is made with another undo history or without a room.
 */
export const Manyhands: Extension<ManyhandsOptions, ManyhandsStorage> = Extension.create<
  ManyhandsOptions,
  ManyhandsStorage
>({
  name: "manyhands",
  // First, so that an edit is shared before any other plugin hears of it.
  priority: 1000,

  addOptions() {
    return {
      room: undefined,
      document: undefined,
      field: "default",
      fragment: undefined,
      awareness: undefined,
      user: undefined,
      onUnknownContent: undefined,
      clock: undefined,
    };
  },

  addStorage() {
    return { unknown: { nodes: [], marks: [], blocked: false } };
  },

  addExtensions() {
    const contents = new OpaqueContents();
    return [OpaqueBlock.configure({ contents }), OpaqueInline.configure({ contents }), OpaqueMark];
  },

  onBeforeCreate() {
    refuseConflictingExtensions(this.editor);
    resolveTarget(this.options);
  },

  addCommands() {
    const step =
      (direction: "undo" | "redo") =>
      (): Command =>
      ({ editor, tr, dispatch }) => {
        const { fragment } = resolveTarget(this.options);
        const session = UndoSession.of(fragment);
        const stack = direction === "undo" ? session.manager.undoStack : session.manager.redoStack;
        // The shared document changes, and the editor follows it: this transaction itself stays empty.
        tr.setMeta("preventDispatch", true);
        if (stack.length === 0 || !editor.isEditable) return false;
        return (
          dispatch === undefined || session.step(direction, ySyncPluginKey.getState(editor.state)?.binding)
        );
      };
    return { undo: step("undo"), redo: step("redo") };
  },

  addKeyboardShortcuts() {
    const { commands } = this.editor;
    return { "Mod-z": commands.undo, "Mod-y": commands.redo, "Shift-Mod-z": commands.redo };
  },

  addProseMirrorPlugins() {
    const { editor, options, storage } = this;
    const { document, fragment, awareness } = resolveTarget(options);
    const unknown = new UnknownNames();
    const binding = new Binding(fragment, document, contentsOf(editor), unknown);
    const session = UndoSession.of(fragment);
    const report = (): void => {
      if (storage.unknown === unknown.state) return;
      storage.unknown = unknown.state;
      try {
        options.onUnknownContent?.(unknown.state);
      } catch (error) {
        // A listener that throws must not stop the editing; it still shows as an error of the page.
        reportError(error);
      }
    };
    const plugins: Plugin[] = [syncPlugin(binding, session, report), undoPlugin(session)];
    if (awareness !== undefined) plugins.push(caretPlugin(binding, awareness, options.clock ?? systemClock));
    const guard = new Plugin({
      key: new PluginKey("manyhands"),
      view: (view) => {
        refuseForeignPlugins(view, plugins);
        const { user } = options;
        if (user !== undefined) {
          awareness?.setLocalStateField("user", { ...user, color: user.color ?? userColor(user.name) });
        }
        const removeStyles = editor.options.injectCSS
          ? injectStyles(view.root, editor.options.injectNonce)
          : undefined;
        return { destroy: () => removeStyles?.() };
      },
    });
    return [guard, ...plugins];
  },
});

// The placeholders and the binding of one editor share what is behind the placeholders.
const contentsOf = (editor: Editor): OpaqueContents => {
  const placeholder = editor.extensionManager.extensions.find(({ name }) => name === opaqueBlockName);
  const contents: unknown = placeholder?.options.contents;
  return contents instanceof OpaqueContents ? contents : new OpaqueContents();
};
