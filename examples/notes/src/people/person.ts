import type { Random } from "@manyhands/core";
import type { Kept } from "../device/kept.js";

/** How a person shows themselves to others. */
export interface Person {
  /** Tells one's own other windows from other people; new for every device, and nothing is proved by it. */
  readonly id: string;
  readonly name: string;
  /** One of `personColors`. */
  readonly color: string;
}

/** Colours that carry white letters at a contrast of 4.5 and are told apart on light and dark paper. */
export const personColors = [
  { name: "Rust", value: "#b4451f" },
  { name: "Ochre", value: "#8f6205" },
  { name: "Moss", value: "#4d7c0f" },
  { name: "Pine", value: "#0f766e" },
  { name: "Sky", value: "#0369a1" },
  { name: "Iris", value: "#5b4bd6" },
  { name: "Plum", value: "#a21caf" },
  { name: "Rose", value: "#be185d" },
] as const;

/** Longest name; lists and cursors have little room. */
export const maxNameLength = 40;

const first = ["Calm", "Bright", "Quiet", "Merry", "Bold", "Gentle", "Swift", "Clever", "Sunny", "Kind"];
const second = ["Heron", "Otter", "Fox", "Wren", "Badger", "Swift", "Hare", "Lynx", "Robin", "Seal"];
const key = "me";

/** Who this device's person is, made up the first time. */
export const readMe = (kept: Kept, random: Random): Person => {
  const known = parsePerson(kept.read(key));
  if (known) return known;
  const pick = <Item>(items: readonly Item[], otherwise: Item): Item =>
    items[Math.floor(random.fraction() * items.length)] ?? otherwise;
  const me: Person = {
    id: Array.from(random.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    name: `${pick(first, "Calm")} ${pick(second, "Heron")}`,
    color: pick(personColors, personColors[0]).value,
  };
  keepMe(kept, me);
  return me;
};

export const keepMe = (kept: Kept, me: Person): void => kept.write(key, JSON.stringify(me));

/** One or two letters for an avatar. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  const initials = letters.map((word) => [...(word ?? "")][0] ?? "").join("");
  return initials === "" ? "?" : initials.toLocaleUpperCase();
};

/** Makes a name fit to be shown: one line, not too long; `undefined` when nothing is left of it. */
export const cleanName = (name: string): string | undefined => {
  const clean = [...name.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()].slice(0, maxNameLength).join("");
  return clean === "" ? undefined : clean;
};

/** A colour that is safe to put into a style; anything else becomes grey. */
export const cleanColor = (color: unknown): string =>
  typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color) ? color : "#64748b";

const parsePerson = (json: string | undefined): Person | undefined => {
  try {
    const value: unknown = JSON.parse(json ?? "null");
    if (typeof value !== "object" || value === null) return undefined;
    const { id, name, color }: Record<string, unknown> = { ...value };
    if (typeof id !== "string" || typeof name !== "string") return undefined;
    return { id, name: cleanName(name) ?? "Someone", color: cleanColor(color) };
  } catch {
    return undefined;
  }
};
