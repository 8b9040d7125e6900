import { type AnyExtension, Editor, type EditorOptions, Mark, Node } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { Manyhands } from "../extension.js";
import type { ManyhandsOptions } from "../options.js";

/** A room of one person: a document and an awareness, and what the document sent out. */
export interface ToyRoom {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Updates that were made here, not those that came from others. */
  readonly updates: Uint8Array[];
}

const fromOthers = Symbol("from others");

/** A room; `clientId` makes conflicts fall the same way each time. */
export const toyRoom = (clientId: number, doc: Y.Doc = new Y.Doc()): ToyRoom => {
  doc.clientID = clientId;
  const awareness = new Awareness(doc);
  // Its own timer would outlive the test.
  clearInterval(awareness._checkInterval);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== fromOthers) updates.push(update);
  });
  return { doc, awareness, updates };
};

/** Wires rooms so that each edit and each presence reaches the others at once. Gives back the cutting of the wires. */
export const wire = (...rooms: readonly ToyRoom[]): (() => void) => {
  sync(...rooms);
  const cuts = rooms.flatMap((room) => {
    const others = rooms.filter((other) => other !== room);
    const onUpdate = (update: Uint8Array, origin: unknown): void => {
      if (origin === fromOthers) return;
      for (const other of others) Y.applyUpdate(other.doc, update, fromOthers);
    };
    const onPresence = (
      change: { added: number[]; updated: number[]; removed: number[] },
      origin: unknown,
    ): void => {
      if (origin === fromOthers) return;
      const update = encodeAwarenessUpdate(room.awareness, [
        ...change.added,
        ...change.updated,
        ...change.removed,
      ]);
      for (const other of others) applyAwarenessUpdate(other.awareness, update, fromOthers);
    };
    room.doc.on("update", onUpdate);
    room.awareness.on("update", onPresence);
    return [() => room.doc.off("update", onUpdate), () => room.awareness.off("update", onPresence)];
  });
  return () => {
    for (const cut of cuts) cut();
  };
};

/** Brings rooms that are not wired to the same content. */
export const sync = (...rooms: readonly ToyRoom[]): void => {
  for (const from of rooms) {
    for (const to of rooms) {
      if (from === to) continue;
      const missing = Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc));
      if (missing.length > 2) Y.applyUpdate(to.doc, missing, fromOthers);
    }
  }
};

/** Options of a toy editor, beside those of Manyhands. */
export interface ToyOptions {
  readonly extensions?: readonly AnyExtension[];
  readonly starterKit?: Parameters<typeof StarterKit.configure>[0];
  readonly editor?: Partial<EditorOptions>;
}

/** The editors of one test: made on the page, and destroyed with `close`. */
export class ToyPage {
  readonly #editors: Editor[] = [];

  /** An editor on the page that edits the field `body`. */
  open(options: Partial<ManyhandsOptions>, more: ToyOptions = {}): Editor {
    const element = document.createElement("div");
    document.body.append(element);
    const editor = new Editor({
      element,
      extensions: [
        StarterKit.configure({ undoRedo: false, trailingNode: false, ...more.starterKit }),
        Manyhands.configure({ field: "body", ...options }),
        ...(more.extensions ?? []),
      ],
      ...more.editor,
    });
    this.#editors.push(editor);
    return editor;
  }

  close(): void {
    for (const editor of this.#editors) editor.destroy();
    document.body.replaceChildren();
  }
}

/** The shared text of a room's `body`, as XML. */
export const bodyOf = (room: ToyRoom): string => room.doc.getXmlFragment("body").toString();

/** A block that only some versions know: it holds blocks and an attribute. */
export const Callout: Node = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  addAttributes: () => ({ tone: { default: "calm" } }),
  parseHTML: () => [{ tag: "aside" }],
  renderHTML: () => ["aside", 0],
});

/** Something within text that only some versions know. */
export const Mention: Node = Node.create({
  name: "mention",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ id: { default: null } }),
  renderHTML: ({ node }) => ["b", `@${node.attrs["id"]}`],
});

/** A mark that only some versions know, and that may lie on itself. */
export const Comment: Mark = Mark.create({
  name: "comment",
  excludes: "",
  addAttributes: () => ({ thread: { default: null } }),
  renderHTML: () => ["mark", 0],
});
