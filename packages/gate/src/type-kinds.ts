import { contentRef } from "./wire-update.js";

/** The shared types, in the order of their numbers on the wire. */
export const typeKinds = ["array", "map", "text", "xmlElement", "xmlFragment", "xmlHook", "xmlText"] as const;

export type TypeKind = (typeof typeKinds)[number];

/** What can stand at the root of a document. */
export type RootKind = Exclude<TypeKind, "xmlHook">;

const xmlKinds: readonly (TypeKind | undefined)[] = ["xmlElement", "xmlFragment", "xmlHook", "xmlText"];

/**
 * Whether a type of kind `parent` may hold such content, as an element of its list or (`isMember`) under a key. A root
 * type of unknown kind may hold anything: Yjs learns its kind only when the app asks for it.
 */
export const mayHold = (
  parent: TypeKind | undefined,
  isMember: boolean,
  ref: number,
  child: TypeKind | undefined,
): boolean => {
  if (parent === undefined || ref === contentRef.deleted) return true;
  if (isMember) return hasMembers(parent) && isValue(ref);
  switch (parent) {
    case "array":
      return isValue(ref);
    case "text":
    case "xmlText":
      return (
        ref === contentRef.string ||
        ref === contentRef.embed ||
        ref === contentRef.format ||
        ref === contentRef.type
      );
    case "xmlElement":
    case "xmlFragment":
      return ref === contentRef.type && xmlKinds.includes(child);
    case "map":
    case "xmlHook":
      return false;
    default:
      return parent satisfies never;
  }
};

const hasMembers = (kind: TypeKind): boolean => kind !== "array" && kind !== "xmlFragment";

const isValue = (ref: number): boolean =>
  ref === contentRef.any ||
  ref === contentRef.json ||
  ref === contentRef.binary ||
  ref === contentRef.type ||
  ref === contentRef.doc;
