import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { limits } from "./limits.js";
import { sync, ToyPage, toyRoom, wire } from "./testing/toy-editors.js";
import { UndoSession } from "./undo-session.js";
import { userColor } from "./user-color.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

const caretsIn = (editor: { view: { dom: HTMLElement } }): HTMLElement[] => [
  ...editor.view.dom.querySelectorAll<HTMLElement>(".manyhands-caret"),
];

const place = (type: Y.XmlFragment, index: number): Y.RelativePosition => {
  const paragraph = type.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined;
  if (!(text instanceof Y.XmlText)) throw new Error("no text here");
  return Y.createRelativePositionFromTypeIndex(text, index, -1);
};

describe("carets of the others", () => {
  test("show name and colour where the person is, move with the text, and go with the person", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a, user: { name: "Ada" } });
    const two = page.open({ room: b, user: { name: "Bea", color: "#112233" } });
    one.commands.setContent("<p>hello</p>");
    one.view.focus();
    one.commands.setTextSelection({ from: 2, to: 4 });
    await expect.poll(() => caretsIn(two).length).toBe(1);
    const [caret] = caretsIn(two);
    expect(caret?.textContent).toBe("Ada");
    expect(caret?.style.getPropertyValue("--manyhands-color")).toBe(userColor("Ada"));
    expect(two.view.posAtDOM(caret ?? document.body, 0)).toBe(4);
    expect(two.view.dom.querySelector(".manyhands-selection")?.textContent).toBe("el");
    expect(caretsIn(one)).toEqual([]);
    two.commands.insertContentAt(1, "oh, ");
    expect(two.view.dom.querySelector(".manyhands-selection")?.textContent).toBe("el");
    removeAwarenessStates(b.awareness, [1], "gone");
    await expect.poll(() => caretsIn(two).length).toBe(0);
  });

  test("go when the editor loses the focus or is destroyed; the person stays", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a, user: { name: "Ada" } });
    const two = page.open({ room: b });
    one.commands.setContent("<p>hello</p>");
    one.view.focus();
    await expect.poll(() => caretsIn(two).length).toBe(1);
    one.view.dom.blur();
    await expect.poll(() => caretsIn(two).length).toBe(0);
    one.view.focus();
    await expect.poll(() => caretsIn(two).length).toBe(1);
    one.destroy();
    await expect.poll(() => caretsIn(two).length).toBe(0);
    expect(b.awareness.getStates().get(1)?.["user"]).toEqual({ name: "Ada", color: userColor("Ada") });
  });

  test("move no text, and their labels fade", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a, user: { name: "A rather long name" } });
    const two = page.open({ room: b });
    one.commands.setContent("<p>some words that fill a line of this narrow box</p>");
    two.view.dom.style.width = "120px";
    // Where each letter ends. Two parts of a word are not kerned: that moves a letter by less than half a pixel.
    const letters = (): [right: number, bottom: number][] => {
      const places: [number, number][] = [];
      const walker = document.createTreeWalker(two.view.dom, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        if (node.parentElement?.closest(".manyhands-caret")) continue;
        for (let index = 0; index < (node.textContent ?? "").length; index++) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          const { right, bottom } = range.getBoundingClientRect();
          places.push([right, bottom]);
        }
      }
      return places;
    };
    const before = letters();
    one.view.focus();
    one.commands.setTextSelection(8);
    await expect.poll(() => caretsIn(two).length).toBe(1);
    expect(before.length).toBe(two.getText().length);
    letters().forEach(([right, bottom], index) => {
      const [rightBefore, bottomBefore] = before[index] ?? [0, 0];
      expect(Math.abs(right - rightBefore)).toBeLessThan(0.5);
      expect(Math.abs(bottom - bottomBefore)).toBeLessThan(0.5);
    });
    const label = two.view.dom.querySelector(".manyhands-caret-label") ?? document.body;
    expect(getComputedStyle(label).opacity).toBe("1");
    const [fading] = label.getAnimations();
    fading?.finish();
    expect(getComputedStyle(label).opacity).toBe("0");
  });

  test("of another field, another document or one's own do not show", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const chapter = { a: new Y.Doc({ guid: "chapter" }), b: new Y.Doc({ guid: "chapter" }) };
    // The same ids as in the room's own document: only the name of the document tells them apart.
    chapter.b.clientID = 1;
    wire(a, b);
    const body = page.open({ room: a, user: { name: "Ada" } });
    const others = {
      body: page.open({ room: b }),
      notes: page.open({ room: b, field: "notes" }),
      chapter: page.open({ room: b, document: chapter.b }),
    };
    body.commands.setContent("<p>hello</p>");
    others.notes.commands.setContent("<p>hello</p>");
    others.chapter.commands.setContent("<p>hello</p>");
    body.view.focus();
    await expect.poll(() => caretsIn(others.body).length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3 * limits.caretRefreshMs));
    expect(caretsIn(others.notes)).toEqual([]);
    expect(caretsIn(others.chapter)).toEqual([]);
    Y.applyUpdate(chapter.a, Y.encodeStateAsUpdate(chapter.b));
    const inChapter = page.open({ room: a, document: chapter.a, user: { name: "Ada" } });
    inChapter.view.focus();
    await expect.poll(() => caretsIn(others.chapter).length).toBe(1);
    await expect.poll(() => caretsIn(others.body).length).toBe(0);
    // The subdocument has a clientID of its own: one's own caret is still one's own.
    const beas = place(chapter.b.getXmlFragment("body"), 1);
    b.awareness.setLocalState({
      user: { name: "Bea" },
      cursor: { anchor: beas, head: beas, document: "chapter", field: "body" },
    });
    await expect.poll(() => caretsIn(inChapter).map((caret) => caret.textContent)).toEqual(["Bea"]);
  });

  test("one's own stays one's own when the room takes another clientID", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a, user: { name: "Ada" } });
    const two = page.open({ room: b, user: { name: "Bea" } });
    one.commands.setContent("<p>hello</p>");
    const state = a.awareness.getLocalState();
    a.awareness.setLocalState(null);
    a.doc.clientID = 77;
    a.awareness.clientID = 77;
    a.awareness.setLocalState(state);
    one.view.focus();
    one.commands.setTextSelection(3);
    await expect.poll(() => caretsIn(two).length).toBe(1);
    two.view.focus();
    await expect.poll(() => caretsIn(one).map((caret) => caret.textContent)).toEqual(["Bea"]);
  });

  test("that say nonsense are left out, and cannot harm", async () => {
    const room = toyRoom(1);
    const editor = page.open({ room });
    editor.commands.setContent("<p>hello</p>");
    const type = room.doc.getXmlFragment("body");
    const good = { anchor: place(type, 1), head: place(type, 1), document: "root", field: "body" };
    const states: unknown[] = [
      { cursor: { ...good, anchor: { type: { client: "x", clock: -1 } } } },
      { cursor: { ...good, head: { tname: "made-up", assoc: 0 } } },
      { cursor: { ...good, head: { type: { client: 1, clock: 1e15 } } } },
      { cursor: 5 },
      { cursor: { anchor: null, head: [], document: "root", field: "body" } },
      "text",
      { user: { name: { toString: "no" }, color: "red;background:url(//x)" }, cursor: good },
      { user: { name: "x".repeat(10_000), color: "#12" }, cursor: good },
    ];
    states.forEach((state, index) => {
      const meta = { clock: 1, lastUpdated: 0 };
      Reflect.apply(room.awareness.states.set, room.awareness.states, [100 + index, state]);
      room.awareness.meta.set(100 + index, meta);
    });
    room.awareness.emit("change", [
      { added: states.map((_, index) => 100 + index), updated: [], removed: [] },
      "test",
    ]);
    await expect.poll(() => caretsIn(editor).length).toBe(2);
    expect(caretsIn(editor).map((caret) => caret.textContent?.length)).toEqual(["Anonymous".length, 40]);
    for (const caret of caretsIn(editor)) {
      expect(caret.style.getPropertyValue("--manyhands-color")).toMatch(/^#[0-9a-f]{6}$/);
    }
    expect(room.doc.share.has("made-up")).toBe(false);
  });
});

test("a redraw that waits is cancelled with its editor", () => {
  const room = toyRoom(1);
  const waiting = new Set<() => void>();
  const clock = {
    now: () => 0,
    setTimer: (fire: () => void) => {
      waiting.add(fire);
      return () => waiting.delete(fire);
    },
  };
  const editor = page.open({ room, clock });
  room.awareness.emit("change", [{ added: [5], updated: [6], removed: [] }, "test"]);
  room.awareness.emit("change", [{ added: [], updated: [5], removed: [] }, "test"]);
  expect(waiting.size).toBe(1);
  editor.destroy();
  expect(waiting.size).toBe(0);
});

describe("one's own selection", () => {
  test("stays with its text while others edit around it", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>first</p><p>one two three</p><p>last</p>");
    one.commands.setTextSelection({ from: 12, to: 15 });
    const selected = (): string =>
      one.state.doc.textBetween(one.state.selection.from, one.state.selection.to);
    expect(selected()).toBe("two");
    two.commands.insertContentAt(1, "very ");
    expect(selected()).toBe("two");
    two.commands.insertContentAt(0, "<h1>Title</h1>");
    expect(selected()).toBe("two");
    // One change on both sides of the selection at once.
    two
      .chain()
      .insertContentAt(two.state.doc.content.size - 1, "!")
      .insertContentAt(1, "My ")
      .run();
    expect(selected()).toBe("two");
    two.commands.deleteRange({ from: 0, to: 10 });
    expect(selected()).toBe("two");
    // Typed right at its start, the other's text stays outside.
    two.commands.insertContentAt(one.state.selection.from, "X");
    expect(selected()).toContain("two");
  });

  test("is never put back where it was: the newest counts, also after undo", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>one two three</p>");
    UndoSession.of(a.doc.getXmlFragment("body")).manager.stopCapturing();
    one.commands.insertContentAt(14, "!");
    one.commands.undo();
    for (let step = 0; step < 5; step++) {
      one.commands.setTextSelection(2 + step);
      two.commands.insertContentAt(two.state.doc.content.size - 1, ".");
      expect(one.state.selection.from).toBe(2 + step);
    }
  });

  test("an edit of another leaves the view of every other block alone", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>one</p><ul><li><p>two</p></li><li><p>three</p></li></ul>");
    const changed: [number, number][] = [];
    one.on("transaction", ({ transaction }) => {
      for (const map of transaction.mapping.maps) {
        map.forEach((from, to) => {
          changed.push([from, to]);
        });
      }
    });
    two.commands.insertContentAt(9, "X");
    expect(changed).toEqual([[9, 9]]);
  });

  test("offline edits that come together leave it in its word", () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    const [one, two] = [page.open({ room: a }), page.open({ room: b })];
    one.commands.setContent("<p>alpha beta gamma</p><p>tail</p>");
    sync(a, b);
    two.commands.insertContentAt(1, "zero ");
    two.commands.insertContentAt(two.state.doc.content.size, "<p>new</p>");
    one.commands.setTextSelection({ from: 7, to: 11 });
    sync(a, b);
    const { from, to } = one.state.selection;
    expect(one.state.doc.textBetween(from, to)).toBe("beta");
  });
});
