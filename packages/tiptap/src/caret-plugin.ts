import type { Clock } from "@manyhands/core";
import { type EditorState, Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { yCursorPluginKey, ySyncPluginKey } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Binding } from "./binding.js";
import { drawCaret, selectionAttributes } from "./caret-dom.js";
import { type RemoteCaret, readCarets, scopeOf } from "./caret-state.js";
import { limits } from "./limits.js";
import { toShared } from "./positions.js";

/** Shows the carets of the others and tells them one's own. */
export const caretPlugin = (binding: Binding, awareness: Awareness, clock: Clock): Plugin<DecorationSet> => {
  const scope = scopeOf(binding.type, binding.doc, awareness);
  const draw = (state: EditorState): DecorationSet =>
    DecorationSet.create(state.doc, readCarets(awareness, scope, binding, state.doc).flatMap(decorate));
  return new Plugin<DecorationSet>({
    key: yCursorPluginKey,
    state: {
      init: (_config, state) => draw(state),
      apply: (tr, carets, _before, state) => {
        const remote = ySyncPluginKey.getState(state)?.isChangeOrigin === true;
        if (remote || tr.getMeta(yCursorPluginKey) !== undefined) return draw(state);
        return tr.docChanged ? carets.map(tr.mapping, tr.doc) : carets;
      },
    },
    props: {
      decorations: (state) => yCursorPluginKey.getState(state),
    },
    view: (view) => {
      const caret = new LocalCaret(view, binding, awareness, scope);
      const stopRedrawing = redrawOnChange(view, awareness, clock);
      caret.publish();
      view.dom.addEventListener("focusin", caret.publish);
      view.dom.addEventListener("focusout", caret.publish);
      return {
        update: caret.publish,
        destroy: () => {
          stopRedrawing();
          view.dom.removeEventListener("focusin", caret.publish);
          view.dom.removeEventListener("focusout", caret.publish);
          caret.withdraw();
        },
      };
    },
  });
};

/** One's own caret as the others see it: there while the editor has the focus. */
class LocalCaret {
  readonly #view: EditorView;
  readonly #binding: Binding;
  readonly #awareness: Awareness;
  readonly #scope: object;
  #published: { readonly anchor: Y.RelativePosition; readonly head: Y.RelativePosition } | undefined;

  constructor(view: EditorView, binding: Binding, awareness: Awareness, scope: object) {
    this.#view = view;
    this.#binding = binding;
    this.#awareness = awareness;
    this.#scope = scope;
  }

  readonly publish = (): void => {
    if (!this.#view.hasFocus()) {
      this.withdraw();
      return;
    }
    const { selection } = this.#view.state;
    const anchor = toShared(this.#binding, selection.anchor);
    const head = toShared(this.#binding, selection.head);
    if (anchor === undefined || head === undefined) return;
    const before = this.#published;
    const isSame =
      before &&
      Y.compareRelativePositions(before.anchor, anchor) &&
      Y.compareRelativePositions(before.head, head);
    // Somebody else may have cleared it, as a room does that takes up a new session.
    if (isSame && this.#awareness.getLocalState()?.["cursor"]) return;
    this.#published = { anchor, head };
    this.#awareness.setLocalStateField("cursor", { anchor, head, ...this.#scope });
  };

  /** Takes back one's own caret, unless another editor has put its own there since. */
  withdraw(): void {
    const published = this.#published;
    this.#published = undefined;
    if (published === undefined) return;
    const current: unknown = this.#awareness.getLocalState()?.["cursor"];
    const isOurs =
      typeof current === "object" && current !== null && Reflect.get(current, "anchor") === published.anchor;
    if (isOurs) this.#awareness.setLocalStateField("cursor", null);
  }
}

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

const redrawOnChange = (view: EditorView, awareness: Awareness, clock: Clock): (() => void) => {
  let cancel: (() => void) | undefined;
  const redraw = (): void => {
    cancel = undefined;
    if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(yCursorPluginKey, { awarenessUpdated: true }));
  };
  const onChange = ({ added, updated, removed }: AwarenessChange): void => {
    const others = [...added, ...updated, ...removed].some((clientId) => clientId !== awareness.clientID);
    if (others) cancel ??= clock.setTimer(redraw, limits.caretRefreshMs);
  };
  awareness.on("change", onChange);
  return () => {
    awareness.off("change", onChange);
    cancel?.();
    cancel = undefined;
  };
};

const decorate = (caret: RemoteCaret): Decoration[] => {
  const { clientId, name, color, anchor, head, place } = caret;
  const widget = Decoration.widget(head, (view) => drawCaret(caret, view.dom.ownerDocument), {
    // A new key draws a new caret, which shows its label again: when the person moved, not when text around it did.
    key: JSON.stringify([clientId, name, color, place]),
    side: 10,
    ignoreSelection: true,
  });
  if (anchor === head) return [widget];
  const range = Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), selectionAttributes(caret));
  return [widget, range];
};
