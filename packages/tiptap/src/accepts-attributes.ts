import type { NodeType } from "@tiptap/pm/model";

/** Whether the schema can make a node of this type with these attributes. Attributes it does not know do not matter. */
export const acceptsAttributes = (type: NodeType, attributes: Readonly<Record<string, unknown>>): boolean => {
  for (const [name, spec] of Object.entries(type.spec.attrs ?? {})) {
    const given = attributes[name];
    if (given === undefined || given === null) {
      // Yjs holds no null, so null and absent are the same; `hasDefault` is how ProseMirror tells a required one.
      if (given === undefined && !Object.hasOwn(spec, "default")) return false;
      continue;
    }
    if (!validates(spec.validate, given)) return false;
  }
  return true;
};

const validates = (validate: string | ((value: unknown) => void) | undefined, value: unknown): boolean => {
  if (validate === undefined) return true;
  if (typeof validate === "string")
    return validate.split("|").includes(value === null ? "null" : typeof value);
  try {
    validate(value);
    return true;
  } catch {
    return false;
  }
};
