import * as Y from "yjs";
import { limits } from "./limits.js";
import { type SharedType, setSharedAttribute } from "./shared-type.js";

/** Content that the schema does not know, as plain data: enough to write the same again elsewhere. */
type Saved =
  | {
      readonly kind: "element";
      readonly name: string;
      readonly attributes: Attributes;
      readonly children: readonly Saved[];
    }
  | { readonly kind: "text"; readonly delta: readonly Insert[] }
  | { readonly kind: "embed"; readonly embed: object };

type Attributes = Readonly<Record<string, unknown>>;

interface Insert {
  readonly insert: string | object;
  readonly attributes?: Record<string, unknown>;
}

/** What a placeholder turns into when it is written: a new shared type, or an embed of a text. */
export type Restored =
  | { readonly kind: "type"; readonly type: Y.XmlElement | Y.XmlText }
  | { readonly kind: "embed"; readonly embed: object };

/**
 * Keeps the content behind an editor's placeholders, so that one that is moved, cut and pasted, or carried along by a
 * split is written as the true content and not as a placeholder. Bounded; what is not kept merely cannot be copied.
 */
export class OpaqueContents {
  readonly #copies = new Map<string, { readonly name: string; readonly saved: Saved }>();
  readonly #embedIds = new Map<string, string>();
  #embeds = 0;

  /** Takes a copy of a shared type; gives the key for its placeholder, the same as long as the type lives. */
  keepType(type: SharedType, name: string): string {
    const item = type._item;
    const id = item === null ? `root:${name}` : `${item.id.client}:${item.id.clock}`;
    const saved = saveType(type, { left: limits.maxOpaqueCopyChars }, 0);
    this.#copies.delete(id);
    if (saved !== undefined) this.#keep(id, name, saved);
    return id;
  }

  /** Takes a copy of an object embedded in a text; equal objects share a key. */
  keepEmbed(embed: object, name: string): string {
    const json = JSON.stringify(embed) ?? "";
    const id = this.#embedIds.get(json) ?? `embed:${++this.#embeds}`;
    if (json.length > limits.maxOpaqueCopyChars) return id;
    this.#embedIds.set(json, id);
    this.#keep(id, name, { kind: "embed", embed });
    return id;
  }

  /** The name behind a key, `undefined` when its content is not kept. */
  nameOf(id: string): string | undefined {
    return this.#copies.get(id)?.name;
  }

  /** Makes the content behind a key anew; `undefined` when it is not kept. */
  restore(id: string): Restored | undefined {
    const saved = this.#copies.get(id)?.saved;
    if (saved === undefined) return undefined;
    return saved.kind === "embed"
      ? { kind: "embed", embed: saved.embed }
      : { kind: "type", type: createType(saved) };
  }

  #keep(id: string, name: string, saved: Saved): void {
    this.#copies.set(id, { name, saved });
    if (this.#copies.size <= limits.maxOpaqueCopies) return;
    for (const oldest of this.#copies.keys()) {
      this.#copies.delete(oldest);
      for (const [json, embedId] of this.#embedIds) if (embedId === oldest) this.#embedIds.delete(json);
      return;
    }
  }
}

interface Budget {
  left: number;
}

const saveType = (type: unknown, budget: Budget, depth: number): Saved | undefined => {
  if (depth > limits.maxDepth || budget.left < 0) return undefined;
  if (type instanceof Y.XmlText) {
    const delta = readDelta(type);
    // A shared type embedded in a text has no copy that a delta could carry.
    if (delta.some(({ insert }) => insert instanceof Y.AbstractType)) return undefined;
    budget.left -= JSON.stringify(delta).length;
    return budget.left < 0 ? undefined : { kind: "text", delta };
  }
  if (!(type instanceof Y.XmlElement)) return undefined;
  const attributes: Attributes = type.getAttributes();
  budget.left -= JSON.stringify(attributes).length + type.nodeName.length;
  const children: Saved[] = [];
  for (const child of type.toArray()) {
    const saved = saveType(child, budget, depth + 1);
    if (saved === undefined) return undefined;
    children.push(saved);
  }
  return { kind: "element", name: type.nodeName, attributes, children };
};

const createType = (saved: Exclude<Saved, { kind: "embed" }>): Y.XmlElement | Y.XmlText => {
  if (saved.kind === "text") {
    const text = new Y.XmlText();
    text.applyDelta([...saved.delta]);
    return text;
  }
  const element = new Y.XmlElement(saved.name);
  for (const [key, value] of Object.entries(saved.attributes)) setSharedAttribute(element, key, value);
  element.insert(
    0,
    saved.children.flatMap((child) => (child.kind === "embed" ? [] : [createType(child)])),
  );
  return element;
};

/** The content of a text as Yjs gives it. */
export const readDelta = (text: Y.XmlText): Insert[] => text.toDelta();
