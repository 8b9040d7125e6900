import { Plugin, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { ySyncPluginKey, yUndoPluginKey } from "@tiptap/y-tiptap";
import type * as Y from "yjs";
import type { Binding, SyncMeta, SyncProgress } from "./binding.js";
import { readSelection, type SharedSelection } from "./shared-selection.js";
import type { UndoSession } from "./undo-session.js";

/** The state under `ySyncPluginKey`: what y-tiptap's own plugin has there, for the extensions that read it, and ours. */
export interface SyncState extends SyncProgress {
  readonly type: Y.XmlFragment;
  readonly doc: Y.Doc;
  readonly binding: Binding;
  readonly snapshot: null;
  readonly prevSnapshot: null;
  readonly isChangeOrigin: boolean;
  readonly isUndoRedoOperation: boolean;
  readonly addToHistory: boolean;
  /** The selection before the last local edit. */
  readonly selectionBefore: SharedSelection | undefined;
}

/** The plugin that keeps an editor and a shared fragment the same. `onChange` is called after each update of the view. */
export const syncPlugin = (binding: Binding, session: UndoSession, onChange: () => void): Plugin<SyncState> =>
  new Plugin<SyncState>({
    key: ySyncPluginKey,
    state: {
      init: () => ({
        type: binding.type,
        doc: binding.doc,
        binding,
        snapshot: null,
        prevSnapshot: null,
        isChangeOrigin: false,
        isUndoRedoOperation: false,
        addToHistory: true,
        render: 0,
        edits: 0,
        selectionBefore: undefined,
      }),
      apply: (tr, state, before) => {
        const meta = metaOf(tr);
        const local = tr.docChanged && meta === undefined && !followsRender(tr);
        return {
          ...state,
          isChangeOrigin: meta !== undefined,
          isUndoRedoOperation: meta?.isUndoRedoOperation === true,
          addToHistory: tr.docChanged ? tr.getMeta("addToHistory") !== false : state.addToHistory,
          render: meta?.render ?? state.render,
          edits: local ? state.edits + 1 : state.edits,
          selectionBefore: local ? readSelection(binding, before.selection) : state.selectionBefore,
        };
      },
    },
    view: (view) => {
      binding.attach(view);
      onChange();
      let editable = isEditable(view);
      return {
        update: () => {
          const wasEditable = editable;
          editable = isEditable(view);
          if (editable && !wasEditable) binding.discardEdits();
          session.selectionBefore = stateOf(view)?.selectionBefore;
          binding.write(editable);
          onChange();
        },
        destroy: () => binding.detach(),
      };
    },
  });

/** Publishes the history under `yUndoPluginKey`, where toolbars and other extensions look for it. */
export const undoPlugin = (session: UndoSession): Plugin => {
  const { manager } = session;
  const read = (): object => ({
    undoManager: manager,
    hasUndoOps: manager.undoStack.length > 0,
    hasRedoOps: manager.redoStack.length > 0,
  });
  return new Plugin({ key: yUndoPluginKey, state: { init: read, apply: read } });
};

const stateOf = (view: EditorView): SyncState | undefined => ySyncPluginKey.getState(view.state);

const metaOf = (tr: Transaction): SyncMeta | undefined => tr.getMeta(ySyncPluginKey);

// What extensions append to a render (a last paragraph, missing ids) is nobody's edit: written by every client that
// merely looks, it would come as often as there are clients. It is written along with the next real edit.
const followsRender = (tr: Transaction): boolean => {
  const root: Transaction | undefined = tr.getMeta("appendedTransaction");
  return root !== undefined && metaOf(root) !== undefined;
};

const isEditable = (view: EditorView): boolean =>
  view.someProp("editable", (editable) => (editable(view.state) === false ? true : undefined)) === undefined;
