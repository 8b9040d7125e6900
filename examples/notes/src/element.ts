type Children = readonly (Node | string | undefined)[];

/** Properties of the element itself, and the mark by which tests find it. */
export type ElementProps<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], "dataset" | "style" | "children">
> & { readonly testId?: string };

/**
 * Makes an element: `element("button", { onclick: save }, "Save")`. Strings become text, never HTML, so what people
 * type cannot become code.
 */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: ElementProps<Tag> = {},
  ...children: Children
): HTMLElementTagNameMap[Tag] => {
  const { testId, ...properties } = props;
  const node = document.createElement(tag);
  Object.assign(node, properties);
  if (testId !== undefined) node.dataset["testid"] = testId;
  fill(node, ...children);
  return node;
};

/** Replaces what `parent` holds; `undefined` children are left out. */
export const fill = (parent: Element, ...children: Children): void => {
  parent.replaceChildren(...children.filter((child) => child !== undefined));
};
