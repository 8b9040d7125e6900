import { Mark, Node } from "@tiptap/core";
import type { Mark as PMMark, Node as PMNode } from "@tiptap/pm/model";
import type { OpaqueContents } from "./opaque-contents.js";

/** Schema name of the placeholder between blocks. */
export const opaqueBlockName = "manyhandsOpaqueBlock";
/** Schema name of the placeholder within text. */
export const opaqueInlineName = "manyhandsOpaqueInline";
/** Schema name of the mark that stands for any unknown mark. */
export const opaqueMarkName = "manyhandsOpaqueMark";

const idAttribute = "data-manyhands-opaque";
const message = "Content this version cannot show";

interface OpaqueOptions {
  contents: OpaqueContents | undefined;
}

/** The key under which a placeholder's content is kept; `undefined` for every other node. */
export const opaqueIdOf = (node: PMNode): string | undefined =>
  node.type.name === opaqueBlockName || node.type.name === opaqueInlineName
    ? String(node.attrs["id"])
    : undefined;

/** Whether this mark stands for one that the schema does not know. */
export const isOpaqueMark = (mark: PMMark): boolean => mark.type.name === opaqueMarkName;

/** Stands where the shared document holds a block that this schema does not know. Selectable and movable as a whole. */
export const OpaqueBlock: Node<OpaqueOptions> = opaqueNode(opaqueBlockName, "block", "div");

/** Stands where the shared document holds something within text that this schema does not know. */
export const OpaqueInline: Node<OpaqueOptions> = opaqueNode(opaqueInlineName, "inline", "span");

/** Keeps an unknown mark on its text, so that editing around it, splitting and joining carry it along. */
export const OpaqueMark: Mark = Mark.create({
  name: opaqueMarkName,
  // Several unknown marks may lie on one text.
  excludes: "",
  // Nobody knows whether it should grow: text typed at its edge stays outside.
  inclusive: false,
  addAttributes() {
    return { key: { isRequired: true, rendered: false }, value: { isRequired: true, rendered: false } };
  },
  renderHTML() {
    return ["span", { class: "manyhands-opaque-mark" }, 0];
  },
});

function opaqueNode(name: string, group: "block" | "inline", tag: "div" | "span"): Node<OpaqueOptions> {
  return Node.create<OpaqueOptions>({
    name,
    group,
    inline: group === "inline",
    atom: true,
    selectable: true,
    draggable: true,
    // Last, so that no content rule ever picks a placeholder to fill a gap.
    priority: 1,
    addOptions() {
      return { contents: undefined };
    },
    addAttributes() {
      return { id: { isRequired: true, rendered: false }, name: { isRequired: true, rendered: false } };
    },
    parseHTML() {
      const { contents } = this.options;
      return [
        {
          tag: `${tag}[${idAttribute}]`,
          // Only what this very editor showed before comes back: pasted HTML must not smuggle content past the schema.
          getAttrs: (element) => {
            const id = element.getAttribute(idAttribute) ?? "";
            const name = contents?.nameOf(id);
            return name === undefined ? false : { id, name };
          },
        },
      ];
    },
    renderHTML({ node }) {
      const attributes = {
        [idAttribute]: String(node.attrs["id"]),
        class: "manyhands-opaque",
        contenteditable: "false",
        title: String(node.attrs["name"]),
      };
      return [tag, attributes, message];
    },
    renderText() {
      return `[${message}]`;
    },
  });
}
