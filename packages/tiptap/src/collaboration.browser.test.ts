import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { bodyOf, sync, ToyPage, toyRoom, wire } from "./testing/toy-editors.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

describe("two editors on one document", () => {
  test("what one types the other sees, both ways", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.insertContent("<p>Hello</p>");
    expect(two.getText()).toContain("Hello");
    two.commands.setContent("<h1>Title</h1><p>some <strong>bold</strong> text</p>");
    expect(one.getHTML()).toBe("<h1>Title</h1><p>some <strong>bold</strong> text</p>");
    expect(bodyOf(a)).toBe(bodyOf(b));
  });

  test("concurrent typing in one paragraph keeps both", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>middle</p>");
    sync(a, b);
    one.commands.insertContentAt(1, "start ");
    two.commands.insertContentAt(7, " end");
    sync(a, b);
    expect(one.getText()).toBe("start middle end");
    expect(two.getText()).toBe("start middle end");
  });

  test("one makes bold what the other types into", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>abcd</p>");
    sync(a, b);
    one.chain().setTextSelection({ from: 1, to: 5 }).toggleBold().run();
    two.commands.insertContentAt(3, "XY");
    sync(a, b);
    expect(one.getHTML()).toBe("<p><strong>abXYcd</strong></p>");
    expect(two.getHTML()).toBe(one.getHTML());
  });

  test("splitting a paragraph keeps the greater half, and what the other types there", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>the left right</p>");
    sync(a, b);
    one.chain().setTextSelection(9).splitBlock().run();
    two.commands.insertContentAt(1, "far ");
    sync(a, b);
    expect(one.getHTML()).toBe("<p>far the left</p><p> right</p>");
    expect(two.getHTML()).toBe(one.getHTML());
  });

  test("moving a block does not touch the blocks around it", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>one</p><p>two</p><p>three</p>");
    sync(a, b);
    const { tr } = one.state;
    const last = one.state.doc.child(2);
    one.view.dispatch(tr.delete(10, 17).insert(0, last));
    two.commands.insertContentAt(4, "!");
    two.commands.insertContentAt(10, "!");
    sync(a, b);
    expect(one.getText({ blockSeparator: "|" })).toBe("three|one!|two!");
    expect(two.getHTML()).toBe(one.getHTML());
  });

  test("an emoji that shares its first half with another is replaced whole", () => {
    const room = toyRoom(1);
    const editor = page.open({ room });
    editor.commands.setContent("<p>😀</p>");
    editor.commands.insertContentAt({ from: 1, to: 3 }, "😁");
    expect(bodyOf(room)).toContain("😁");
  });
});

describe("mounting", () => {
  test("a document that is already filled shows at once", () => {
    const room = toyRoom(1);
    const first = page.open({ room });
    first.commands.setContent("<p>here</p>");
    first.destroy();
    expect(page.open({ room }).getText()).toBe("here");
    expect(page.open({ room }, { editor: { editable: false } }).getText()).toBe("here");
  });

  test("looking writes nothing, even where an extension adds a last paragraph", () => {
    const room = toyRoom(1);
    page.open({ room }).commands.setContent("<h1>Title</h1>");
    const count = room.updates.length;
    const viewer = page.open({ room }, { starterKit: { trailingNode: {} } });
    viewer.commands.setTextSelection(2);
    viewer.commands.focus();
    viewer.commands.blur();
    expect(viewer.getHTML()).toBe("<h1>Title</h1><p></p>");
    expect(room.updates.length).toBe(count);
    viewer.commands.insertContentAt(1, "My ");
    expect(bodyOf(room)).toBe('<heading level="1">My Title</heading><paragraph></paragraph>');
  });

  test("a read-only editor makes no update and follows the others", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const writer = page.open({ room: a });
    const reader = page.open({ room: b }, { editor: { editable: false }, starterKit: { trailingNode: {} } });
    writer.commands.setContent("<h1>One</h1>");
    reader.commands.insertContentAt(1, "no");
    reader.commands.undo();
    writer.commands.insertContentAt(4, " two");
    expect(reader.getText()).toContain("One two");
    expect(b.updates.length).toBe(0);
    reader.setEditable(true);
    expect(b.updates.length).toBe(0);
    reader.commands.insertContentAt(1, "yes ");
    expect(writer.getText()).toContain("yes One two");
    expect(writer.getText()).not.toContain("no");
  });

  test("two editors on one document in one page", () => {
    const room = toyRoom(1);
    const [one, two] = [page.open({ room }), page.open({ room })];
    one.commands.insertContent("a");
    two.commands.insertContentAt(2, "b");
    expect([one.getText(), two.getText()]).toEqual(["ab", "ab"]);
    one.commands.undo();
    expect(two.getText()).toBe("");
  });

  test("another field and a subdocument are other texts", () => {
    const room = toyRoom(1);
    const chapter = new Y.Doc();
    room.doc.getMap("chapters").set("one", chapter);
    const body = page.open({ room });
    const notes = page.open({ room, field: "notes" });
    const sub = page.open({ room, document: chapter });
    body.commands.insertContent("body");
    notes.commands.insertContent("notes");
    sub.commands.insertContent("sub");
    expect([body.getText(), notes.getText(), sub.getText()]).toEqual(["body", "notes", "sub"]);
    expect(chapter.getXmlFragment("body").toString()).toBe("<paragraph>sub</paragraph>");
  });

  test("an edit from within an update handler is shared", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a });
    const two = page.open({ room: b });
    let answered = false;
    two.on("update", () => {
      if (answered) return;
      answered = true;
      two.commands.insertContentAt(two.state.doc.content.size - 1, " pong");
    });
    one.commands.insertContent("ping");
    expect(one.getText()).toBe("ping pong");
  });

  test("an edit inside a transaction of the application joins it", () => {
    const room = toyRoom(1);
    const editor = page.open({ room });
    editor.commands.setContent("<p>a</p>");
    const count = room.updates.length;
    room.doc.transact(() => {
      room.doc.getMap("meta").set("title", "T");
      editor.commands.insertContentAt(2, "b");
      room.doc.getMap("meta").set("count", 1);
      editor.commands.insertContentAt(3, "c");
    });
    expect(editor.getText()).toBe("abc");
    expect(bodyOf(room)).toBe("<paragraph>abc</paragraph>");
    expect(room.updates.length).toBe(count + 1);
  });

  test("a shared change that the application makes in the same transaction is never undone by an edit", () => {
    const room = toyRoom(1);
    const editor = page.open({ room });
    editor.commands.setContent("<p>a</p>");
    room.doc.transact(() => {
      room.doc.getXmlFragment("body").push([new Y.XmlElement("paragraph")]);
      editor.commands.insertContentAt(2, "b");
    });
    expect(bodyOf(room)).toContain("</paragraph><paragraph></paragraph>");
    expect(editor.state.doc.childCount).toBe(2);
  });
});

test("what the application puts in the place of a text in the same transaction is not deleted with that text", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  editor.commands.setContent("<p>abc</p>");
  const paragraph = room.doc.getXmlFragment("body").get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined;
  room.doc.transact(() => {
    if (text instanceof Y.XmlText) {
      text.delete(0, 3);
      text.insert(0, "xyz");
    }
    editor.commands.deleteRange({ from: 1, to: 4 });
  });
  expect(bodyOf(room)).toBe("<paragraph>xyz</paragraph>");
  expect(editor.getText()).toBe("xyz");
});

describe("leaving", () => {
  test("an editor that is destroyed in the same tick, or while others edit, leaves no error behind", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const errors: unknown[] = [];
    const onError = (event: ErrorEvent): void => {
      errors.push(event.error);
    };
    window.addEventListener("error", onError);
    const other = page.open({ room: b, user: { name: "Bea" } });
    page.open({ room: a }).destroy();
    const editor = page.open({ room: a, user: { name: "Ada" } });
    other.commands.focus();
    other.commands.insertContent("text");
    editor.destroy();
    other.commands.insertContent("more");
    await new Promise((resolve) => setTimeout(resolve, 60));
    window.removeEventListener("error", onError);
    expect(errors).toEqual([]);
    expect(bodyOf(a)).toBe("<paragraph>textmore</paragraph>");
  });

  test("nothing listens to the document any more", () => {
    const room = toyRoom(1);
    // The history stays with the document; it is there after the first editor.
    page.open({ room }).destroy();
    const listeners = (): number => [...room.doc._observers.values()].reduce((sum, set) => sum + set.size, 0);
    const before = listeners();
    const editor = page.open({ room, user: { name: "Ada" } });
    expect(listeners()).toBeGreaterThan(before);
    editor.destroy();
    expect(listeners()).toBe(before);
    expect(room.doc.getXmlFragment("body")._dEH.l.length).toBe(0);
    expect(room.awareness._observers.get("change")?.size ?? 0).toBe(0);
  });
});
