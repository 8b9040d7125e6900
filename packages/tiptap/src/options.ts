import { type Clock, ManyhandsError } from "@manyhands/core";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

/** What the editor needs of a room: its document and its presence. A `Room` of manyhands is one. */
export interface ManyhandsRoom {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
}

/** Who the others see at this editor's caret. */
export interface ManyhandsUser {
  /** Shown on the caret's label, up to 40 characters. */
  readonly name: string;
  /** `#rrggbb`; by default made of the name. */
  readonly color?: string | undefined;
}

/** What this editor's schema does not know in the shared document. It is shown as placeholders and never changed. */
export interface UnknownContent {
  /** Names of unknown nodes, and of known ones whose attributes or content this schema refuses. At most 100. */
  readonly nodes: readonly string[];
  /** Names of unknown marks. At most 100. */
  readonly marks: readonly string[];
  /** The whole document cannot be shown in this schema: the editor is empty and writes nothing. */
  readonly blocked: boolean;
}

/** Options of `Manyhands.configure`. Either `room`, or `document` (with `awareness` for carets), must be given. */
export interface ManyhandsOptions {
  /** The room whose document is edited. */
  room: ManyhandsRoom | undefined;
  /** The document to edit, such as a subdocument; by default the room's own. */
  document: Y.Doc | undefined;
  /** Name of the shared `Y.XmlFragment` in the document; by default `default`, as in Tiptap's own collaboration. */
  field: string;
  /** The shared type itself, instead of `field`. It must belong to a document already. */
  fragment: Y.XmlFragment | undefined;
  /** Where carets go; by default the room's. Without any there are no carets. */
  awareness: Awareness | undefined;
  /** Name and colour of this person; left out, what `awareness` holds as `user` stays. */
  user: ManyhandsUser | undefined;
  /** Called when the content that this editor cannot show changes. `editor.storage.manyhands.unknown` holds the same. */
  onUnknownContent: ((unknown: UnknownContent) => void) | undefined;
  /** Time, for drawing carets; by default the system's. */
  clock: Clock | undefined;
}

/** What the options of one editor come down to. */
export interface Target {
  readonly document: Y.Doc;
  readonly fragment: Y.XmlFragment;
  readonly awareness: Awareness | undefined;
}

/** Finds the shared type that the options name. Throws `ManyhandsError` `invalid-option` when there is none. */
export const resolveTarget = (options: ManyhandsOptions): Target => {
  const document = options.fragment?.doc ?? options.document ?? options.room?.doc;
  if (options.fragment !== undefined && options.fragment.doc === null) {
    throw new ManyhandsError(
      "invalid-option",
      "Manyhands: `fragment` must be part of a Y.Doc before it is edited.",
    );
  }
  if (document === undefined) {
    throw new ManyhandsError(
      "invalid-option",
      "Manyhands needs `room`, `document` or `fragment`: Manyhands.configure({ room }).",
    );
  }
  const awareness = options.awareness ?? options.room?.awareness;
  return { document, fragment: options.fragment ?? rootFragment(document, options.field), awareness };
};

const rootFragment = (document: Y.Doc, field: string): Y.XmlFragment => {
  try {
    return document.getXmlFragment(field);
  } catch (cause) {
    const message = `Manyhands: the field "${field}" of this document is not a Y.XmlFragment. Choose another \`field\`.`;
    throw new ManyhandsError("invalid-option", message, { cause });
  }
};
