import type { relativePositionToAbsolutePosition } from "@tiptap/y-tiptap";
import type * as Y from "yjs";

/** Shared type → the node, or the text nodes, that stand for it, as y-tiptap's position functions take it. */
export type Mapping = Parameters<typeof relativePositionToAbsolutePosition>[3];

/** Any shared type. */
export type SharedType = Mapping extends Map<infer Type, unknown> ? Type : never;

/** Sets an attribute. Through Reflect, because Yjs types them as strings, though any JSON may be one. */
export const setSharedAttribute = (element: Y.XmlElement, key: string, value: unknown): void => {
  Reflect.apply(element.setAttribute, element, [key, value]);
};
