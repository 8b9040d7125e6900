import type { Room } from "@manyhands/core";
import * as Y from "yjs";
import { bodyField, createPageEntry } from "./notebook.js";

// Whoever changes the words below must change this as well: older notebooks then get a second page, not doubled words.
const version = "welcome-1";
type Inline = string | { readonly text: string; readonly mark: "bold" | "italic" | "code" };

/**
 * Gives a new notebook its first page. A seed is the same bytes wherever it is written, so the page is there once even
 * if the notebook's maker opens it twice. Others get it with everything else.
 */
export const seedWelcome = async (room: Room): Promise<void> => {
  await room.seed(version, (doc: Y.Doc) => {
    // The id of a document must be the same for everyone too.
    const page = new Y.Doc({ guid: version });
    doc.getMap("pages").set(version, createPageEntry({ title: "Welcome", order: "V", doc: page }));
  });
  const entry = room.doc.getMap("pages").get(version);
  const page = entry instanceof Y.Map ? entry.get("doc") : undefined;
  if (!(page instanceof Y.Doc)) return; // Somebody removed it for good.
  page.load();
  await room.seed(`${version}-text`, writeWelcome, page);
};

const writeWelcome = (doc: Y.Doc): void => {
  doc
    .getXmlFragment(bodyField)
    .push([
      block("paragraph", {}, [
        "This notebook is yours. Write whatever you like: the line at the ",
        { text: "top", mark: "bold" },
        " always says where your words are saved. No network is needed.",
      ]),
      block("heading", { level: 2 }, ["Write together"]),
      block("paragraph", {}, [
        "Press ",
        { text: "Share", mark: "bold" },
        " and send the link. Everybody who opens it sees the others’ cursors and words at once. The notes go straight " +
          "from device to device, sealed, so that nobody on the way can read them.",
      ]),
      block("heading", { level: 2 }, ["Things to try"]),
      list([
        task("Open this notebook in a second window, and watch yourself type", false),
        task("Give yourself a name: press your initials at the top", false),
        task("Go offline, write on, and come back", false),
        task("Read this page", true),
      ]),
      block("blockquote", {}, [
        block("paragraph", {}, [
          "The link is the only key. Keep it somewhere safe, and give it only to people you would hand your notebook to.",
        ]),
      ]),
      block("paragraph", {}, []),
    ]);
};

const block = (
  name: string,
  attributes: Readonly<Record<string, number | boolean>>,
  children: readonly (Inline | Y.XmlElement)[],
): Y.XmlElement => {
  const node = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    // Any JSON value may stand there, and editors want numbers and booleans; Yjs only declares text.
    node.setAttribute(key, value as unknown as string);
  }
  const inline = children.filter((child): child is Inline => !(child instanceof Y.XmlElement));
  const nested = children.filter((child) => child instanceof Y.XmlElement);
  node.insert(0, [...(inline.length > 0 ? [text(inline)] : []), ...nested]);
  return node;
};

const text = (parts: readonly Inline[]): Y.XmlText => {
  const node = new Y.XmlText();
  node.applyDelta(
    parts.map((part) =>
      typeof part === "string" ? { insert: part } : { insert: part.text, attributes: { [part.mark]: {} } },
    ),
  );
  return node;
};

const list = (items: readonly Y.XmlElement[]): Y.XmlElement => block("taskList", {}, items);

const task = (words: string, checked: boolean): Y.XmlElement =>
  block("taskItem", { checked }, [block("paragraph", {}, [words])]);
