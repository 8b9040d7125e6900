import type { Node } from "@tiptap/pm/model";
import type { EditorView } from "@tiptap/pm/view";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { limits } from "./limits.js";
import type { NodeNotes } from "./node-notes.js";
import type { OpaqueContents } from "./opaque-contents.js";
import { type RenderContext, renderDocument } from "./render.js";
import { replaceAll, replaceChanged } from "./replace-changed.js";
import { readSelection, restoreSelection, type SharedSelection } from "./shared-selection.js";
import type { Mapping, SharedType } from "./shared-type.js";
import type { UnknownNames } from "./unknown-names.js";
import { MismatchError, writeNode } from "./write.js";

/** How a render tells the sync plugin that it went through. */
export interface SyncMeta {
  readonly isChangeOrigin: true;
  readonly isUndoRedoOperation: boolean;
  readonly render: number;
}

/** What the binding reads of the sync plugin's state. */
export interface SyncProgress {
  /** The number of the last render that was applied. */
  readonly render: number;
  /** How many local edits were made. */
  readonly edits: number;
}

/**
 * Holds one editor view and one shared fragment together. Y-tiptap's own binding deletes from the shared document what
 * it fails to render; this one never writes while rendering and, when writing, touches only what the person changed.
 */
export class Binding {
  readonly type: Y.XmlFragment;
  readonly doc: Y.Doc;
  /** Shared type → node, for y-tiptap's position functions and for extensions that use them. */
  readonly mapping: Mapping = new Map();
  readonly #contents: OpaqueContents;
  readonly #unknown: UnknownNames;
  readonly #notes: NodeNotes = new WeakMap();
  #rendered = new WeakMap<SharedType, Node>();
  #view: EditorView | undefined;
  /** The ProseMirror document that stands for the fragment as it is; `undefined` while there is none. */
  #synced: Node | undefined;
  #selectionBefore: SharedSelection | undefined;
  #ownTransaction: Y.Transaction | undefined;
  #writing = false;
  #renders = 0;
  #nestedRenders = 0;
  #writtenEdits = 0;

  constructor(type: Y.XmlFragment, doc: Y.Doc, contents: OpaqueContents, unknown: UnknownNames) {
    this.type = type;
    this.doc = doc;
    this.#contents = contents;
    this.#unknown = unknown;
  }

  /** The view this is bound to; `null` before and after. Under the name that y-tiptap's users expect. */
  get prosemirrorView(): EditorView | null {
    return this.#view ?? null;
  }

  /** Shows the fragment in the view, at once, and follows it from then on. */
  attach(view: EditorView): void {
    this.detach();
    this.#view = view;
    this.#writtenEdits = progressOf(view)?.edits ?? 0;
    this.mapping.clear();
    this.#forgetRendered();
    this.#selectionBefore = undefined;
    this.render();
    this.doc.on("beforeAllTransactions", this.#rememberSelection);
    this.type.observeDeep(this.#follow);
  }

  /** Lets go of view and fragment. Harmless when done before. */
  detach(): void {
    if (this.#view === undefined) return;
    this.#view = undefined;
    this.type.unobserveDeep(this.#follow);
    this.doc.off("beforeAllTransactions", this.#rememberSelection);
  }

  /** Brings the view to what the fragment holds now. Never writes to the fragment. */
  render(options: { readonly undoRedo?: boolean; readonly whole?: boolean } = {}): void {
    const view = this.#view;
    if (view === undefined || view.isDestroyed || this.#nestedRenders >= limits.maxNestedRenders) return;
    const target = this.#target(view);
    if (target === undefined) {
      this.#synced = undefined;
      return;
    }
    const { tr } = view.state;
    if (options.whole === true) replaceAll(tr, target);
    else replaceChanged(tr, target, this.#notes);
    if (this.#selectionBefore !== undefined) restoreSelection(tr, this, this.#selectionBefore);
    this.#selectionBefore = undefined;
    if (!tr.docChanged && !tr.selectionSet) {
      this.#synced = tr.doc;
      return;
    }
    const render = ++this.#renders;
    const meta: SyncMeta = { isChangeOrigin: true, isUndoRedoOperation: options.undoRedo === true, render };
    tr.setMeta(ySyncPluginKey, meta).setMeta("addToHistory", false);
    // Set before, so that an application that edits from within this dispatch starts from the right document.
    this.#synced = tr.doc;
    this.#nestedRenders++;
    try {
      view.dispatch(tr);
    } finally {
      this.#nestedRenders--;
    }
    // Another plugin may have refused the transaction. Then the view is behind, and nothing may be told from it.
    if ((progressOf(view)?.render ?? 0) < render) this.#synced = undefined;
  }

  /** Brings the fragment to what the view holds now, if the person edited; a view that may not edit never writes. */
  write(editable: boolean): void {
    const view = this.#view;
    const edits = view === undefined ? 0 : (progressOf(view)?.edits ?? 0);
    if (view === undefined || edits === this.#writtenEdits || !editable) return;
    this.#writtenEdits = edits;
    const { doc } = view.state;
    if (doc === this.#synced) return;
    const nested = this.doc._transaction !== null;
    let written = false;
    this.#writing = true;
    try {
      this.doc.transact((transaction) => {
        transaction.meta.set("addToHistory", ySyncPluginKey.getState(view.state)?.addToHistory !== false);
        const alone = !nested && transaction.changed.size === 0;
        if (alone) this.#ownTransaction = transaction;
        written = (alone || this.#isCurrent(view)) && this.#writeChanges(doc);
        if (alone) this.#forgetChanged(transaction.changed.keys());
        else this.#forgetRendered();
      }, ySyncPluginKey);
    } finally {
      this.#writing = false;
      this.#ownTransaction = undefined;
    }
    if (!written) this.render({ whole: true });
  }

  /** Drops what was edited while the view could not write. */
  discardEdits(): void {
    const view = this.#view;
    if (view === undefined) return;
    this.#writtenEdits = progressOf(view)?.edits ?? 0;
    if (view.state.doc !== this.#synced) this.render();
  }

  /** Sets a selection that was read from this or another view of the fragment. */
  select(selection: SharedSelection): void {
    const view = this.#view;
    if (view === undefined || view.isDestroyed) return;
    const { tr } = view.state;
    restoreSelection(tr, this, selection);
    if (tr.selectionSet) view.dispatch(tr.scrollIntoView());
  }

  // The application may change the shared document in the transaction that this edit is part of: then the fragment is
  // perhaps no longer what the view showed before the edit, and the edit cannot be told from that change.
  #isCurrent(view: EditorView): boolean {
    this.#forgetRendered();
    return this.#synced !== undefined && this.#target(view)?.eq(this.#synced) === true;
  }

  #writeChanges(doc: Node): boolean {
    const before = this.#synced;
    if (before === undefined) return false;
    // Until it is done, nothing is known of the fragment.
    this.#synced = undefined;
    try {
      writeNode(this.type, before, doc, {
        mapping: this.mapping,
        contents: this.#contents,
        notes: this.#notes,
      });
    } catch (error) {
      if (error instanceof MismatchError) return false;
      throw error;
    }
    this.#synced = doc;
    return true;
  }

  #target(view: EditorView): Node | undefined {
    const context: RenderContext = {
      schema: view.state.schema,
      mapping: this.mapping,
      rendered: this.#rendered,
      contents: this.#contents,
      notes: this.#notes,
      onUnknownNode: (name) => this.#unknown.addNode(name),
      onUnknownMark: (name) => this.#unknown.addMark(name),
    };
    const target = renderDocument(this.type, context);
    this.#unknown.setBlocked(target === undefined);
    return target;
  }

  readonly #rememberSelection = (): void => {
    const view = this.#view;
    // While writing, the view is ahead of the fragment: its positions mean nothing there.
    this.#selectionBefore =
      view === undefined || this.#writing ? undefined : readSelection(this, view.state.selection);
  };

  readonly #follow = (_events: readonly unknown[], transaction: Y.Transaction): void => {
    Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType)
        this.mapping.delete(struct.content.type);
    });
    if (transaction === this.#ownTransaction) return;
    this.#forgetChanged(transaction.changed.keys());
    this.render({ undoRedo: transaction.origin instanceof Y.UndoManager });
  };

  #forgetChanged(types: Iterable<SharedType>): void {
    for (const changed of types) {
      for (let type: unknown = changed; type instanceof Y.AbstractType; type = type._item?.parent) {
        this.#rendered.delete(type);
      }
    }
  }

  #forgetRendered(): void {
    this.#rendered = new WeakMap();
  }
}

const progressOf = (view: EditorView): SyncProgress | undefined => ySyncPluginKey.getState(view.state);
