import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import type { Mapping } from "./shared-type.js";

/** The part of a binding that positions are read from. */
export interface PositionSource {
  readonly doc: Y.Doc;
  readonly type: Y.XmlFragment;
  readonly mapping: Mapping;
}

/** The place in the shared document of an editor position; `undefined` where there is none, as within a filler. */
export const toShared = (source: PositionSource, position: number): Y.RelativePosition | undefined => {
  try {
    const shared: unknown = absolutePositionToRelativePosition(position, source.type, source.mapping);
    return shared instanceof Y.RelativePosition ? shared : undefined;
  } catch {
    // y-tiptap throws where editor and shared document do not match node by node.
    return undefined;
  }
};

/** The editor position of a place in the shared document; `undefined` when it is in neither. */
export const toEditor = (source: PositionSource, place: Y.RelativePosition): number | undefined => {
  try {
    return relativePositionToAbsolutePosition(source.doc, source.type, place, source.mapping) ?? undefined;
  } catch {
    return undefined;
  }
};
