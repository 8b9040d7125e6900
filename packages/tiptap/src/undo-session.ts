import { ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import type { Binding } from "./binding.js";
import { limits } from "./limits.js";
import { readSelection, type SharedSelection } from "./shared-selection.js";

/**
 * The undo history of one shared fragment: one's own edits in any editor on it, nothing else. It lives as long as the
 * fragment's document, so an editor may be unmounted and mounted again and still undo.
 */
export class UndoSession {
  readonly manager: Y.UndoManager;
  /** The selection before the edit that is about to be written; undoing the edit brings it back. */
  selectionBefore: SharedSelection | undefined;

  /** The session of this fragment: the one that is there, or the first. */
  static of(fragment: Y.XmlFragment): UndoSession {
    const existing: unknown = Reflect.get(fragment, sessionKey);
    if (existing instanceof UndoSession) return existing;
    const session = new UndoSession(fragment);
    Object.defineProperty(fragment, sessionKey, { value: session, configurable: true });
    return session;
  }

  private constructor(fragment: Y.XmlFragment) {
    this.manager = new Y.UndoManager(fragment, {
      trackedOrigins: new Set([ySyncPluginKey]),
      captureTransaction: (transaction) => transaction.meta.get("addToHistory") !== false,
      deleteFilter: isEmptied,
    });
    this.manager.on("stack-item-added", ({ stackItem, type, origin }) => {
      if (type !== "undo" || origin !== ySyncPluginKey) return;
      stackItem.meta.set(selectionKey, this.selectionBefore);
      this.#dropOldest();
    });
  }

  /** Takes one step back or forth and puts the selection where it was; false when there is no step. */
  step(direction: "undo" | "redo", binding: Binding | undefined): boolean {
    const view = binding?.prosemirrorView;
    const before = binding && view ? readSelection(binding, view.state.selection) : undefined;
    const step = direction === "undo" ? this.manager.undo() : this.manager.redo();
    if (step === null) return false;
    const opposite = direction === "undo" ? this.manager.redoStack : this.manager.undoStack;
    opposite.at(-1)?.meta.set(selectionKey, before);
    const selection: SharedSelection | undefined = step.meta.get(selectionKey);
    if (selection !== undefined) binding?.select(selection);
    return true;
  }

  // Only `clear` lets Yjs forget the deleted text of a step, so the oldest step is cleared as if it were the only one.
  #dropOldest(): void {
    const { manager } = this;
    const [oldest, ...rest] = manager.undoStack;
    if (oldest === undefined || rest.length < limits.maxUndoSteps) return;
    manager.undoStack = [oldest];
    manager.clear(true, false);
    manager.undoStack = rest;
  }
}

// On the fragment itself, so that it lives and goes with it, and no registry is needed.
const sessionKey = Symbol("manyhands.undo");
const selectionKey = Symbol("manyhands.selection");

// Undoing an insertion must not take along what others wrote into it: an element goes only when nothing is left in it.
const isEmptied = (item: Y.Item): boolean =>
  !(item instanceof Y.Item) || !(item.content instanceof Y.ContentType) || item.content.type._length === 0;
