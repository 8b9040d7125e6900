import { Plugin, PluginKey } from "@tiptap/pm/state";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { limits } from "./limits.js";
import { bodyOf, sync, ToyPage, toyRoom, wire } from "./testing/toy-editors.js";
import { UndoSession } from "./undo-session.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

const newStep = (room: { doc: Y.Doc }): void =>
  UndoSession.of(room.doc.getXmlFragment("body")).manager.stopCapturing();

test("undo takes back one's own edits only: what another typed inside stays", () => {
  const [a, b] = [toyRoom(1), toyRoom(2)];
  wire(a, b);
  const [one, two] = [page.open({ room: a }), page.open({ room: b })];
  one.commands.setContent("<h1>Ada</h1><ul><li><p>item</p></li></ul>");
  two.commands.insertContentAt(2, "BEA");
  two.commands.insertContentAt(13, "BOB");
  for (let step = 0; step < 10; step++) one.commands.undo();
  expect(one.getText()).toContain("BEA");
  expect(one.getText()).toContain("BOB");
  expect(two.getHTML()).toBe(one.getHTML());
  expect(one.getText().replace(/\s/g, "")).toBe("BEABOB");
});

test("on a fresh load, after seeding and after remote edits there is nothing to undo", () => {
  const [a, b] = [toyRoom(1), toyRoom(2)];
  page.open({ room: b }).commands.setContent("<p>from another</p>");
  sync(a, b);
  a.doc.transact(() => a.doc.getXmlFragment("body").push([new Y.XmlElement("paragraph")]), "seed");
  const editor = page.open({ room: a });
  const before = bodyOf(a);
  sync(a, b);
  expect(editor.can().undo()).toBe(false);
  expect(editor.commands.undo()).toBe(false);
  expect(editor.commands.redo()).toBe(false);
  expect(bodyOf(a)).toBe(before);
});

test("undo and redo go on after a plugin came and went, and after the editor was mounted anew", () => {
  const room = toyRoom(1);
  const first = page.open({ room });
  first.commands.insertContent("one");
  newStep(room);
  first.commands.insertContentAt(4, " two");
  const key = new PluginKey("late");
  first.registerPlugin(new Plugin({ key }));
  first.commands.undo();
  expect(first.getText()).toBe("one");
  first.unregisterPlugin(key);
  first.commands.redo();
  expect(first.getText()).toBe("one two");
  first.destroy();
  const second = page.open({ room });
  second.commands.undo();
  expect(second.getText()).toBe("one");
  second.unmount();
  second.mount(document.body);
  second.commands.undo();
  expect(second.getText()).toBe("");
  second.commands.redo();
  second.commands.redo();
  expect(second.getText()).toBe("one two");
});

test("the keys undo and redo, and the selection comes back", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  editor.commands.setContent("<p>hello world</p>");
  newStep(room);
  editor.commands.setTextSelection({ from: 1, to: 6 });
  editor.commands.insertContent("bye");
  editor.commands.setTextSelection(9);
  const press = (key: string, shiftKey = false): void => {
    const mac = /Mac/.test(navigator.platform);
    const init = { key, shiftKey, ctrlKey: !mac, metaKey: mac, bubbles: true, cancelable: true };
    editor.view.dom.dispatchEvent(new KeyboardEvent("keydown", init));
  };
  press("z");
  expect(editor.getText()).toBe("hello world");
  expect([editor.state.selection.from, editor.state.selection.to]).toEqual([1, 6]);
  press("z", true);
  expect(editor.getText()).toBe("bye world");
  press("z");
  press("y");
  expect(editor.getText()).toBe("bye world");
});

test("undo goes on when the room takes another clientID, as it does after loading", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  editor.commands.insertContent("one");
  newStep(room);
  room.doc.clientID = 77;
  room.awareness.clientID = 77;
  editor.commands.insertContentAt(4, " two");
  editor.commands.undo();
  expect(editor.getText()).toBe("one");
  editor.commands.undo();
  expect(editor.getText()).toBe("");
  editor.commands.redo();
  editor.commands.redo();
  expect(editor.getText()).toBe("one two");
});

test("a read-only editor undoes nothing", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  editor.commands.insertContent("one");
  editor.setEditable(false);
  expect(editor.commands.undo()).toBe(false);
  expect(editor.getText()).toBe("one");
});

test("edits marked as not for the history stay out of it", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  editor.view.dispatch(editor.state.tr.insertText("quiet", 1).setMeta("addToHistory", false));
  expect(editor.commands.undo()).toBe(false);
  expect(editor.getText()).toBe("quiet");
});

test("the history is bounded, and its newest steps still work", () => {
  const room = toyRoom(1);
  const editor = page.open({ room });
  for (let step = 0; step < limits.maxUndoSteps + 5; step++) {
    editor.commands.insertContentAt(1, "x");
    newStep(room);
  }
  expect(UndoSession.of(room.doc.getXmlFragment("body")).manager.undoStack.length).toBe(limits.maxUndoSteps);
  while (editor.commands.undo());
  expect(editor.getText()).toBe("xxxxx");
});
