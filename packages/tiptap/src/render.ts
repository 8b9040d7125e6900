import type { Node, NodeType, Schema } from "@tiptap/pm/model";
import * as Y from "yjs";
import { acceptsAttributes } from "./accepts-attributes.js";
import { fitChildren } from "./fit-children.js";
import { limits } from "./limits.js";
import { marksFromAttributes } from "./marks.js";
import { type NodeNotes, note } from "./node-notes.js";
import { type OpaqueContents, readDelta } from "./opaque-contents.js";
import { opaqueBlockName, opaqueInlineName } from "./opaque-nodes.js";
import type { Mapping, SharedType } from "./shared-type.js";

/** What rendering needs and what it leaves behind. */
export interface RenderContext {
  readonly schema: Schema;
  /** Shared type → the node that stands for it in the editor, as y-tiptap's position functions read it. */
  readonly mapping: Mapping;
  /** Shared type → the node that it makes on its own. What is in here is not rendered again: remove what has changed. */
  readonly rendered: WeakMap<SharedType, Node>;
  readonly contents: OpaqueContents;
  readonly notes: NodeNotes;
  /** Hears of every node that becomes a placeholder. */
  readonly onUnknownNode: (name: string) => void;
  /** Hears of every mark that becomes opaque. */
  readonly onUnknownMark: (name: string) => void;
}

/**
 * The ProseMirror document for a shared fragment. It only reads: whatever the schema does not know or refuses becomes a
 * placeholder, and what the schema misses is added as a filler that stays local. `undefined` when even placeholders do
 * not fit into the schema's document node.
 */
export const renderDocument = (fragment: Y.XmlFragment, context: RenderContext): Node | undefined => {
  const type = context.schema.topNodeType;
  return fitChildren(type, null, renderChildren(fragment, type, 0, context), context, (node) =>
    opaqueFor(node, type, fragment, context),
  );
};

const renderChildren = (
  parent: Y.XmlFragment,
  type: NodeType,
  depth: number,
  context: RenderContext,
): Rendered[] =>
  parent.toArray().flatMap((child: unknown): Rendered[] => {
    if (child instanceof Y.XmlText) return renderText(child, type, context);
    if (child instanceof Y.XmlElement)
      return [{ node: renderElement(child, type, depth + 1, context), source: child }];
    // An XmlHook, or whatever else an update may bring.
    return child instanceof Y.AbstractType
      ? [{ node: opaqueType(child, "hook", type, context), source: child }]
      : [];
  });

/** A node and the shared type it was made of. */
interface Rendered {
  readonly node: Node;
  readonly source: SharedType;
}

const renderElement = (
  element: Y.XmlElement,
  parent: NodeType,
  depth: number,
  context: RenderContext,
): Node => {
  const node =
    context.rendered.get(element) ??
    renderKnown(element, depth, context) ??
    opaqueType(element, element.nodeName, parent, context);
  context.rendered.set(element, node);
  context.mapping.set(element, node);
  return node;
};

const renderKnown = (element: Y.XmlElement, depth: number, context: RenderContext): Node | undefined => {
  const type = context.schema.nodes[element.nodeName];
  if (type === undefined || depth > limits.maxDepth || !isSharable(type)) return undefined;
  const attributes: Record<string, unknown> = element.getAttributes();
  if (!acceptsAttributes(type, attributes)) return undefined;
  const node = fitChildren(
    type,
    attributes,
    renderChildren(element, type, depth, context),
    context,
    (child) => opaqueFor(child, type, element, context),
  );
  if (node === undefined) return undefined;
  const extra = Object.entries(attributes).filter(([key]) => !(key in node.attrs));
  if (extra.length > 0) note(context.notes, node, { extra: Object.fromEntries(extra) });
  return node;
};

// Text comes as shared text, the document as the fragment, and placeholders are never shared.
const isSharable = (type: NodeType): boolean =>
  !type.isText &&
  type !== type.schema.topNodeType &&
  type.name !== opaqueBlockName &&
  type.name !== opaqueInlineName;

const renderText = (text: Y.XmlText, parent: NodeType, context: RenderContext): Rendered[] => {
  if (text.length === 0) return [];
  if (!parent.inlineContent) return [{ node: opaqueType(text, "text", parent, context), source: text }];
  return readDelta(text).map(({ insert, attributes }) => {
    if (typeof insert !== "string") {
      context.onUnknownNode("embed");
      const id = context.contents.keepEmbed(insert, "embed");
      return { node: placeholder(context.schema, opaqueInlineName, id, "embed"), source: text };
    }
    const marks = marksFromAttributes(context.schema, attributes, context.onUnknownMark);
    return { node: context.schema.text(insert, [...parent.allowedMarks(marks)]), source: text };
  });
};

const opaqueFor = (
  { node, source }: Rendered,
  parent: NodeType,
  within: Y.XmlFragment,
  context: RenderContext,
): Node | undefined => {
  // One piece of a text, or a part of this very element, has no placeholder of its own.
  if (source === within || node.isText || source instanceof Y.XmlText) return undefined;
  const opaque = opaqueType(source, node.type.name, parent, context);
  context.mapping.set(source, opaque);
  return opaque;
};

const opaqueType = (type: SharedType, name: string, parent: NodeType, context: RenderContext): Node => {
  context.onUnknownNode(name);
  const id = context.contents.keepType(type, name);
  return placeholder(context.schema, parent.inlineContent ? opaqueInlineName : opaqueBlockName, id, name);
};

const placeholder = (schema: Schema, form: string, id: string, name: string): Node =>
  schema.node(form, { id, name });
