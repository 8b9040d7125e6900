import { ManyhandsError } from "@manyhands/core";
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { ySyncPlugin } from "@tiptap/y-tiptap";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ToyPage, toyRoom } from "./testing/toy-editors.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

const errorOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

test("a second undo history is refused, and the message says the way out", () => {
  const error = errorOf(() => page.open({ room: toyRoom(1) }, { starterKit: { undoRedo: {} } }));
  expect(error).toBeInstanceOf(ManyhandsError);
  expect(error).toMatchObject({ code: "invalid-option" });
  expect(String(error)).toContain("StarterKit.configure({ undoRedo: false })");
});

test.each(["history", "collaboration", "collaborationCaret", "manyhands"])(
  "so is an extension named %s",
  (name) => {
    const extensions = [Extension.create({ name })];
    expect(errorOf(() => page.open({ room: toyRoom(1) }, { extensions }))).toMatchObject({
      code: "invalid-option",
    });
  },
);

test("options without a document, or with a field that is no text, are refused", () => {
  expect(errorOf(() => page.open({}))).toMatchObject({ code: "invalid-option" });
  const room = toyRoom(1);
  room.doc.getMap("body");
  expect(errorOf(() => page.open({ room }))).toMatchObject({ code: "invalid-option" });
});

test("a plugin of a second copy of y-tiptap makes one clear error", () => {
  // What a second copy does: its key of the same name gets another number.
  const plugin = new Plugin({ key: new PluginKey("y-sync") });
  const Foreign = Extension.create({ name: "foreign", addProseMirrorPlugins: () => [plugin] });
  const error = errorOf(() => page.open({ room: toyRoom(1) }, { extensions: [Foreign] }));
  expect(error).toMatchObject({ code: "invalid-option" });
  expect(String(error)).toContain("npm dedupe");
});

test("y-tiptap's own sync plugin beside ours is an error too", () => {
  const room = toyRoom(1);
  const plugin = ySyncPlugin(room.doc.getXmlFragment("body"));
  const Foreign = Extension.create({ name: "foreign", addProseMirrorPlugins: () => [plugin] });
  expect(errorOf(() => page.open({ room }, { extensions: [Foreign] }))).toBeInstanceOf(Error);
});
