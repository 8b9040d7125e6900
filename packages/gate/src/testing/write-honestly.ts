import * as Y from "yjs";
import type { SeededRandom } from "./seeded-random.js";

type AnyType =
  | Y.Text
  | Y.Array<unknown>
  | Y.Map<unknown>
  | Y.XmlFragment
  | Y.XmlElement
  | Y.XmlHook
  | Y.XmlText;

/** The roots that honest authors use. */
export const rootsOf = (doc: Y.Doc): [AnyType, ...AnyType[]] => [
  doc.getText("text"),
  doc.getText("rich"),
  doc.getArray("array"),
  doc.getMap("map"),
  doc.getXmlFragment("xml"),
];

/** Makes one random edit somewhere in the document, as an app would, in the transaction that is open. */
export const writeHonestly = (doc: Y.Doc, random: SeededRandom): void => {
  let type: AnyType = random.pick(rootsOf(doc));
  // Down into nested types, more often than not.
  for (let child = childOf(type, random); child && random.chance(0.7); child = childOf(type, random))
    type = child;
  if (type instanceof Y.XmlText || type instanceof Y.Text) writeText(type, random);
  else if (type instanceof Y.XmlElement || type instanceof Y.XmlFragment) writeXml(type, random);
  else if (type instanceof Y.Array) writeArray(type, random);
  else if (type instanceof Y.Map) writeMap(type, random);
};

const childOf = (type: AnyType, random: SeededRandom): AnyType | undefined => {
  if (type instanceof Y.Array) return random.pickAny(type.toArray().filter(isType));
  if (type instanceof Y.Map) return random.pickAny([...type.values()].filter(isType));
  if (type instanceof Y.XmlFragment) return random.pickAny(type.toArray().filter(isType));
  return undefined;
};

const isType = (value: unknown): value is AnyType => value instanceof Y.AbstractType;

// No characters beyond U+FFFF: an index inside one makes Yjs replace its halves where it splits, and only there.
const words = ["a", "it", "naïve", "you, me ", "日本", "\n", "long text that is typed at once "] as const;

const writeText = (text: Y.Text, random: SeededRandom): void => {
  const at = random.below(text.length + 1);
  const length = random.below(Math.min(6, text.length - at) + 1);
  const dice = random.next();
  if (dice < 0.5 || text.length === 0) text.insert(at, random.pick(words));
  else if (dice < 0.65) text.delete(at, length);
  else if (dice < 0.85) {
    const name = random.pick(["bold", "color", "link"]);
    if (length > 0)
      text.format(at, length, { [name]: random.pick<unknown>([true, null, "red", { href: "x", n: [1] }]) });
  } else if (dice < 0.92) text.insert(at, random.pick(words), { bold: random.pick([true, null]) });
  else if (dice < 0.97)
    text.insertEmbed(at, random.chance(0.3) ? new Y.Map([["k", 1]]) : { image: "i.png", none: null });
  else if (text instanceof Y.XmlText) text.setAttribute("lang", random.pick(["de", "en"]));
  else text.applyDelta([{ retain: at }, { insert: "delta", attributes: { color: "blue" } }]);
};

const values: readonly [unknown, ...unknown[]] = [
  1,
  -2.5,
  "text",
  true,
  null,
  { a: [1, { b: "c" }] },
  [1, 2, 3],
  { big: 2n ** 40n },
  new Uint8Array([1, 2, 3]),
];

const newValue = (random: SeededRandom): unknown => {
  const dice = random.next();
  if (dice < 0.55) return random.pick(values);
  if (dice < 0.65) return new Y.Text("new");
  if (dice < 0.75) return Y.Array.from([1, "two"]);
  if (dice < 0.95) return new Y.Map(random.chance(0.5) ? [["inner", new Y.Array()]] : []);
  return new Y.Doc({
    guid: `sub-${random.below(1e9)}`,
    ...(random.chance(0.3) ? { autoLoad: true, meta: { m: 1 } } : {}),
  });
};

const writeArray = (array: Y.Array<unknown>, random: SeededRandom): void => {
  const at = random.below(array.length + 1);
  if (random.chance(0.65) || array.length === 0) {
    const count = random.chance(0.2) ? 3 : 1;
    array.insert(
      at,
      Array.from({ length: count }, () => newValue(random)),
    );
  } else
    array.delete(
      Math.min(at, array.length - 1),
      1 + random.below(Math.max(1, Math.min(3, array.length - at - 1))),
    );
};

const writeMap = (map: Y.Map<unknown>, random: SeededRandom): void => {
  const key = random.pick(["a", "b", "c", "ключ"]);
  if (random.chance(0.8)) map.set(key, newValue(random));
  else map.delete(key);
};

const writeXml = (xml: Y.XmlFragment | Y.XmlElement, random: SeededRandom): void => {
  const at = random.below(xml.length + 1);
  const dice = random.next();
  if (dice < 0.25 && xml instanceof Y.XmlElement) xml.setAttribute("level", String(random.below(4)));
  else if (dice < 0.3 && xml instanceof Y.XmlElement) xml.removeAttribute("level");
  else if (dice < 0.7 || xml.length === 0) {
    const element = new Y.XmlElement(random.pick(["p", "h1", "li"]));
    if (random.chance(0.6)) element.insert(0, [new Y.XmlText(random.pick(words))]);
    xml.insert(at, [random.chance(0.7) ? element : new Y.XmlText("leaf")]);
  } else xml.delete(Math.min(at, xml.length - 1), 1);
};
