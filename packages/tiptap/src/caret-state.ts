import type { Node } from "@tiptap/pm/model";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { limits } from "./limits.js";
import { type PositionSource, toEditor } from "./positions.js";
import { isColor, userColor } from "./user-color.js";

/** Which text a caret is in: the awareness of a room is one for all its documents. */
export interface CaretScope {
  /** `root` for the room's own document, whose id differs on every device; the shared id of a subdocument else. */
  readonly document: string;
  /** The name of a root fragment, or the id of a nested one. */
  readonly field: string;
}

/** Another person's selection in this editor. */
export interface RemoteCaret {
  readonly clientId: number;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** Positions in the editor's document. */
  readonly anchor: number;
  readonly head: number;
  /** The same as long as the person has not moved. */
  readonly place: string;
}

/** Says which text this is. */
export const scopeOf = (fragment: Y.XmlFragment, doc: Y.Doc, awareness: Awareness): CaretScope => ({
  document: doc === awareness.doc ? "root" : doc.guid,
  field:
    fragment._item === null
      ? Y.findRootTypeKey(fragment)
      : `${fragment._item.id.client}:${fragment._item.id.clock}`,
});

/** The selections of the others in this text. What they say is checked: a state that is not sound is left out. */
export const readCarets = (
  awareness: Awareness,
  scope: CaretScope,
  source: PositionSource,
  document: Node,
): RemoteCaret[] => {
  const carets: RemoteCaret[] = [];
  for (const [clientId, state] of awareness.getStates()) {
    if (carets.length >= limits.maxCarets) break;
    // The awareness and not the document knows one's own id: a subdocument has another, and ids change.
    if (clientId === awareness.clientID) continue;
    const caret = readCaret(clientId, state, scope, source, document, awareness);
    if (caret !== undefined) carets.push(caret);
  }
  return carets;
};

const readCaret = (
  clientId: number,
  state: unknown,
  scope: CaretScope,
  source: PositionSource,
  document: Node,
  awareness: Awareness,
): RemoteCaret | undefined => {
  const cursor = field(state, "cursor");
  if (!isHere(cursor, scope, source.doc === awareness.doc)) return undefined;
  const [anchor, head] = (["anchor", "head"] as const).map((end) => {
    const place = readPlace(field(cursor, end), scope);
    return place === undefined ? undefined : toEditor(source, place);
  });
  if (anchor === undefined || head === undefined) return undefined;
  const last = document.content.size;
  const user = field(state, "user");
  const given = field(user, "name");
  const name = (typeof given === "string" && given.trim() ? given.trim() : "Anonymous").slice(
    0,
    limits.maxNameLength,
  );
  const color = field(user, "color");
  return {
    clientId,
    name,
    color: isColor(color) ? color : userColor(name),
    anchor: Math.max(0, Math.min(anchor, last)),
    head: Math.max(0, Math.min(head, last)),
    place: JSON.stringify(field(cursor, "head")),
  };
};

// A caret of plain y-tiptap names no document: it can only be in the awareness's own.
const isHere = (cursor: unknown, scope: CaretScope, isRoot: boolean): boolean => {
  const document = field(cursor, "document");
  if (document === undefined) return isRoot;
  return document === scope.document && field(cursor, "field") === scope.field;
};

// Yjs would trust these: a foreign root name makes a new shared type, an id that is no number makes it throw.
const readPlace = (json: unknown, scope: CaretScope): Y.RelativePosition | undefined => {
  const [type, item] = [readId(field(json, "type")), readId(field(json, "item"))];
  const name = field(json, "tname") === scope.field ? scope.field : null;
  if (type === undefined && item === undefined && name === null) return undefined;
  const assoc = field(json, "assoc");
  return new Y.RelativePosition(
    type ?? null,
    name,
    item ?? null,
    typeof assoc === "number" && assoc < 0 ? -1 : 0,
  );
};

const readId = (json: unknown): Y.ID | undefined => {
  const [client, clock] = [field(json, "client"), field(json, "clock")];
  return isCount(client) && isCount(clock) ? Y.createID(client, clock) : undefined;
};

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
