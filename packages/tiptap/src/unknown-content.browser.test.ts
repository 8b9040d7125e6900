import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { opaqueIdOf } from "./opaque-nodes.js";
import type { UnknownContent } from "./options.js";
import {
  bodyOf,
  Callout,
  Comment,
  Mention,
  sync,
  ToyPage,
  type ToyRoom,
  toyRoom,
  wire,
} from "./testing/toy-editors.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

const all = { extensions: [Callout, Mention, Comment] };

/** A room with content of a newer version, wired to one of an older version. */
const newAndOld = (html: string): { newer: ToyRoom; older: ToyRoom } => {
  const [newer, older] = [toyRoom(1), toyRoom(2)];
  page.open({ room: newer }, all).commands.setContent(html);
  wire(newer, older);
  return { newer, older };
};

const text = (room: ToyRoom, place: number): Y.XmlText => {
  const paragraph = room.doc.getXmlFragment("body").get(place);
  const child = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined;
  if (!(child instanceof Y.XmlText)) throw new Error("no text here");
  return child;
};

/** Writes into the shared document what no editor of this version would. */
const plant = (room: ToyRoom, make: (body: Y.XmlFragment) => void): void => {
  room.doc.transact(() => make(room.doc.getXmlFragment("body")), "planted");
};

describe("a block that this version does not know", () => {
  const html = "<p>before</p><aside><p>inside <strong>it</strong></p></aside><p>after</p>";

  test("shows as a placeholder and stays what it is while all around is edited", () => {
    const { newer, older } = newAndOld(html);
    const shared = newer.doc.getXmlFragment("body").get(1);
    const before = shared.toString();
    const editor = page.open({ room: older });
    expect(editor.view.dom.querySelector(".manyhands-opaque")?.textContent).toContain("cannot show");
    editor.commands.insertContentAt(1, "x");
    editor.commands.insertContentAt(editor.state.doc.content.size - 1, "y");
    editor.chain().setTextSelection(3).splitBlock().run();
    editor.commands.setTextSelection(editor.state.doc.content.size - 1);
    editor.commands.toggleHeading({ level: 2 });
    editor.destroy();
    const after = newer.doc.getXmlFragment("body").get(2);
    expect(after).toBe(shared);
    expect(after.toString()).toBe(before);
    expect(bodyOf(older)).toBe(bodyOf(newer));
    expect(bodyOf(newer)).toContain("<callout");
    // Not one item of it was deleted or made anew by the older version.
    const items = (room: ToyRoom): string =>
      JSON.stringify(Y.createDeleteSetFromStructStore(room.doc.store).clients.get(1) ?? []);
    expect(items(newer)).toBe(items(toyCopy(newer)));
  });

  test("looking at it makes no update: writable, read-only, mounted twice, destroyed", () => {
    const { newer, older } = newAndOld(html);
    const sent = newer.updates.length;
    page.open({ room: older }).destroy();
    page.open({ room: older }, { editor: { editable: false } });
    page.open({ room: older }).commands.focus();
    page.open({ room: older }).commands.setTextSelection(3);
    expect(older.updates.length).toBe(0);
    expect(newer.updates.length).toBe(sent);
  });

  test("goes on being edited by the newer version while the older one is open", () => {
    const { newer, older } = newAndOld(html);
    const editor = page.open({ room: older });
    const inside = newer.doc.getXmlFragment("body").get(1);
    plant(newer, () => inside instanceof Y.XmlElement && inside.setAttribute("tone", "loud"));
    editor.commands.insertContentAt(1, "x");
    expect(bodyOf(newer)).toContain('tone="loud"');
    expect(bodyOf(newer)).toContain("xbefore");
  });

  test("moved by the older version it arrives whole", () => {
    const { newer, older } = newAndOld(html);
    const editor = page.open({ room: older });
    const node = editor.state.doc.child(1);
    editor.view.dispatch(editor.state.tr.delete(8, 9).insert(0, node));
    expect(bodyOf(newer)).toBe(
      '<callout tone="calm"><paragraph>inside <bold>it</bold></paragraph></callout><paragraph>before</paragraph><paragraph>after</paragraph>',
    );
  });

  test("cut and pasted by the older version it arrives whole; foreign HTML cannot make one", () => {
    const { newer, older } = newAndOld(html);
    const editor = page.open({ room: older });
    const placeholder = editor.view.dom.querySelector(".manyhands-opaque")?.outerHTML ?? "";
    editor.commands.deleteRange({ from: 8, to: 9 });
    expect(bodyOf(newer)).not.toContain("callout");
    editor.commands.insertContentAt(0, placeholder);
    expect(bodyOf(newer)).toContain(
      '<callout tone="calm"><paragraph>inside <bold>it</bold></paragraph></callout>',
    );
    editor.commands.insertContentAt(0, '<div data-manyhands-opaque="9:9">mine</div>');
    expect(bodyOf(newer)).not.toContain("manyhandsOpaque");
    expect(editor.getText()).toContain("mine");
  });

  test("is in a list item, after the paragraph that this schema demands there", () => {
    const { newer, older } = newAndOld("<ul><li><p>a</p></li></ul>");
    plant(newer, (body) => {
      const item = body.get(0);
      const first = item instanceof Y.XmlElement ? item.get(0) : undefined;
      if (first instanceof Y.XmlElement) first.insert(0, [new Y.XmlElement("callout")]);
    });
    const editor = page.open({ room: older });
    expect(older.updates.length).toBe(0);
    editor.commands.insertContentAt(editor.state.doc.content.size, "<p>end</p>");
    expect(bodyOf(newer)).toContain("<callout></callout><paragraph>a</paragraph>");
  });
});

describe("unknown things within text", () => {
  test("a mark stays on its text while the paragraph is edited, split and joined", () => {
    const { newer, older } = newAndOld("<p>one two three</p>");
    text(newer, 0).format(4, 3, { "comment--abcdefgh": { thread: "t1" } });
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(1, "x");
    editor.commands.insertContentAt(7, "Y");
    expect(text(newer, 0).toDelta()).toEqual([
      { insert: "xone " },
      { insert: "tYwo", attributes: { "comment--abcdefgh": { thread: "t1" } } },
      { insert: " three" },
    ]);
    editor.chain().setTextSelection(8).splitBlock().run();
    editor.commands.joinBackward();
    editor.view.dispatch(editor.state.tr.removeMark(0, editor.state.doc.content.size));
    expect(text(newer, 0).toDelta()).toContainEqual({
      insert: "tYwo",
      attributes: { "comment--abcdefgh": { thread: "t1" } },
    });
  });

  test("a mark whose value is no object, and one that the paragraph's type forbids", () => {
    const { newer, older } = newAndOld("<p>plain</p><pre><code>code</code></pre>");
    text(newer, 0).format(0, 2, { secret: true });
    text(newer, 1).format(0, 2, { bold: {}, comment: { thread: 1 } });
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(6, "!");
    editor.commands.insertContentAt(12, "?");
    expect(text(newer, 0).toDelta()).toEqual([
      { insert: "pl", attributes: { secret: true } },
      { insert: "ain!" },
    ]);
    expect(text(newer, 1).toDelta()[0].attributes).toEqual({ bold: {}, comment: { thread: 1 } });
  });

  test("a known mark keeps what this version does not know of its value, also on what is typed into it", () => {
    const { newer, older } = newAndOld('<p>see <a href="https://example.org">here</a> now</p>');
    const link = { href: "https://example.org", preview: "card" };
    text(newer, 0).format(4, 4, { link });
    const editor = page.open({ room: older });
    editor.view.dispatch(editor.state.tr.insertText("over ", 6));
    expect(text(newer, 0).toDelta()).toEqual([
      { insert: "see " },
      { insert: "hover ere", attributes: { link } },
      { insert: " now" },
    ]);
  });

  test("an inline node stays while text on both sides changes", () => {
    const { newer, older } = newAndOld("<p>hi there</p>");
    page.open({ room: newer }, all).commands.insertContentAt(4, { type: "mention", attrs: { id: "ada" } });
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(2, "X");
    editor.commands.insertContentAt(editor.state.doc.content.size - 1, "Z");
    expect(bodyOf(newer)).toBe('<paragraph>hXi <mention id="ada"></mention>thereZ</paragraph>');
    editor.chain().setTextSelection(3).splitBlock().run();
    expect(bodyOf(newer)).toBe(
      '<paragraph>hX</paragraph><paragraph>i <mention id="ada"></mention>thereZ</paragraph>',
    );
  });

  test("an object embedded in a text stays", () => {
    const { newer, older } = newAndOld("<p>ab</p>");
    text(newer, 0).insertEmbed(1, { image: "x.png" });
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(1, "1");
    editor.commands.insertContentAt(5, "2");
    expect(text(newer, 0).toDelta()).toEqual([
      { insert: "1a" },
      { insert: { image: "x.png" } },
      { insert: "b2" },
    ]);
  });
});

describe("known things with unknown parts", () => {
  test("unknown attributes of a known node stay through edits, attribute changes and moves", () => {
    const { newer, older } = newAndOld("<h1>Title</h1><p>text</p>");
    const heading = newer.doc.getXmlFragment("body").get(0);
    plant(newer, () => heading instanceof Y.XmlElement && heading.setAttribute("anchor", "intro"));
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(1, "My ");
    editor.chain().setTextSelection(2).updateAttributes("heading", { level: 2 }).run();
    expect(newer.doc.getXmlFragment("body").get(0).toString()).toBe(
      '<heading anchor="intro" level="2">My Title</heading>',
    );
    const node = editor.state.doc.child(0);
    editor.view.dispatch(editor.state.tr.delete(0, node.nodeSize).insert(6, node));
    expect(newer.doc.getXmlFragment("body").get(1).toString()).toBe(
      '<heading anchor="intro" level="2">My Title</heading>',
    );
  });

  test("a known node whose attribute value is refused is kept behind a placeholder", () => {
    const { newer, older } = newAndOld("<p>text</p>");
    plant(newer, (body) => {
      const chart = new Y.XmlElement("chart");
      chart.setAttribute("kind", "pie");
      body.push([chart]);
    });
    const Chart = Callout.extend({
      name: "chart",
      content: "",
      addAttributes: () => ({ kind: { default: "bar", validate: (value: unknown) => expectBar(value) } }),
    });
    const editor = page.open({ room: older }, { extensions: [Chart] });
    expect(editor.state.doc.child(1).type.name).toBe("manyhandsOpaqueBlock");
    editor.commands.insertContentAt(1, "x");
    expect(bodyOf(newer)).toBe('<paragraph>xtext</paragraph><chart kind="pie"></chart>');
  });

  test("a list that two people emptied is shown filled and not deleted; nothing is written until somebody edits", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const one = page.open({ room: a });
    one.commands.setContent("<p>x</p><ul><li><p>1</p></li><li><p>2</p></li></ul>");
    sync(a, b);
    const two = page.open({ room: b });
    one.commands.deleteRange({ from: 4, to: 9 });
    two.commands.deleteRange({ from: 9, to: 14 });
    const sent = a.updates.length + b.updates.length;
    sync(a, b);
    expect(a.updates.length + b.updates.length).toBe(sent);
    expect(bodyOf(a)).toContain("<bulletlist></bulletlist>");
    expect(one.getHTML()).toBe("<p>x</p><ul><li><p></p></li></ul>");
    one.commands.insertContentAt(6, "new");
    sync(a, b);
    expect(two.getHTML()).toBe("<p>x</p><ul><li><p>new</p></li></ul>");
  });

  test("text and elements where the schema allows none", () => {
    const { newer, older } = newAndOld("<p>text</p>");
    plant(newer, (body) => {
      body.insert(0, [new Y.XmlText("stray"), new Y.XmlElement("listItem")]);
      body.push([new Y.XmlElement("text"), new Y.XmlElement("doc")]);
      // Yjs can hold it, though its types do not say so.
      Reflect.apply(body.push, body, [[new Y.XmlHook("hook")]]);
    });
    const before = bodyOf(newer);
    const editor = page.open({ room: older });
    expect(editor.getText()).toContain("text");
    editor.commands.insertContentAt(editor.state.doc.content.size, "<p>end</p>");
    expect(bodyOf(newer)).toBe(`${before}<paragraph>end</paragraph>`);
  });

  test("elements nested beyond any document do not hang or break the editor", () => {
    const { newer, older } = newAndOld("<p>text</p>");
    plant(newer, (body) => {
      let parent = body;
      for (let depth = 0; depth < 20_000; depth++) {
        const inner = new Y.XmlElement("blockquote");
        parent.push([inner]);
        parent = inner;
      }
    });
    const editor = page.open({ room: older });
    editor.commands.insertContentAt(1, "x");
    expect(older.doc.getXmlFragment("body").length).toBe(2);
    expect(editor.getText()).toContain("xtext");
  });

  test("a document that this schema cannot show at all is left alone", () => {
    const { newer, older } = newAndOld("<p>text</p>");
    const Strict = Callout.extend({ name: "doc", topNode: true, content: "heading" });
    const reports: UnknownContent[] = [];
    const editor = page.open(
      { room: older, onUnknownContent: (unknown) => reports.push(unknown) },
      { extensions: [Strict], starterKit: { document: false } },
    );
    expect(reports.at(-1)?.blocked).toBe(true);
    editor.commands.insertContentAt(1, "mine");
    expect(older.updates.length).toBe(0);
    expect(bodyOf(newer)).toBe("<paragraph>text</paragraph>");
  });
});

test("what is unknown is reported", () => {
  const { newer, older } = newAndOld("<aside><p>x</p></aside><p>y</p>");
  const reports: UnknownContent[] = [];
  const editor = page.open({ room: older, onUnknownContent: (unknown) => reports.push(unknown) });
  expect(reports).toEqual([{ nodes: ["callout"], marks: [], blocked: false }]);
  text(newer, 1).format(0, 1, { comment: { thread: 1 } });
  expect(editor.storage.manyhands.unknown).toEqual({
    nodes: ["callout"],
    marks: ["comment"],
    blocked: false,
  });
  expect(reports.length).toBe(2);
});

test("a placeholder keeps its key as long as its content lives", () => {
  const { newer, older } = newAndOld("<aside><p>x</p></aside>");
  const editor = page.open({ room: older });
  const id = opaqueIdOf(editor.state.doc.child(0));
  page.open({ room: newer }, all).commands.insertContentAt(2, "more");
  expect(opaqueIdOf(editor.state.doc.child(0))).toBe(id);
});

const expectBar = (value: unknown): void => {
  if (value !== "bar") throw new RangeError("bars only");
};

// The same document, rebuilt from its updates by somebody who never had an editor.
const toyCopy = (room: ToyRoom): ToyRoom => {
  const copy = toyRoom(99);
  sync(room, copy);
  return copy;
};
