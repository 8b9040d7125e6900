import { Fragment, type Node, type NodeType } from "@tiptap/pm/model";
import { isPartlyLocal, type NodeNotes, note } from "./node-notes.js";

/** A child that has been rendered, with whatever the caller wants to find again. */
interface Child {
  readonly node: Node;
}

/**
 * Makes a node of `type` whose content the schema accepts: as it is; else with misfits behind placeholders (`opaqueFor`)
 * and with the fillers that the schema demands. `undefined` when nothing helps. Concurrent edits make such content: two
 * people each delete one of a list's two items.
 */
export const fitChildren = <C extends Child>(
  type: NodeType,
  attributes: Readonly<Record<string, unknown>> | null,
  children: readonly C[],
  context: { readonly notes: NodeNotes },
  opaqueFor: (child: C) => Node | undefined,
): Node | undefined => {
  const content = Fragment.fromArray(children.map(({ node }) => node));
  if (type.validContent(content)) return noteHealed(type.create(attributes, content), context.notes);
  return (
    fill(type, attributes, content, context.notes) ??
    fill(type, attributes, Fragment.fromArray(hideMisfits(type, children, opaqueFor)), context.notes)
  );
};

const fill = (
  type: NodeType,
  attributes: Readonly<Record<string, unknown>> | null,
  content: Fragment,
  notes: NodeNotes,
): Node | undefined => {
  const node = type.createAndFill(attributes, content);
  if (node === null) return undefined;
  const given = new Set<Node>(content.content);
  node.forEach((child) => {
    if (!child.isText && !given.has(child)) note(notes, child, { filler: true });
  });
  return noteHealed(node, notes);
};

const hideMisfits = <C extends Child>(
  type: NodeType,
  children: readonly C[],
  opaqueFor: (child: C) => Node | undefined,
): Node[] => {
  let match = type.contentMatch;
  return children.map((child) => {
    const next = match.matchType(child.node.type);
    if (next !== null) {
      match = next;
      return child.node;
    }
    const opaque = opaqueFor(child) ?? child.node;
    match = match.matchType(opaque.type) ?? match;
    return opaque;
  });
};

const noteHealed = (node: Node, notes: NodeNotes): Node => {
  let healed = false;
  node.forEach((child) => {
    healed ||= isPartlyLocal(notes, child);
  });
  if (healed) note(notes, node, { healed });
  return node;
};
