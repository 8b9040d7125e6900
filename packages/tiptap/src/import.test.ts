import { expect, test } from "vitest";

test("the package can be imported, and an editor configured, where there is no page", async () => {
  expect(typeof document).toBe("undefined");
  const { Manyhands, userColor } = await import("./index.js");
  expect(Manyhands.configure({ field: "body" }).options.field).toBe("body");
  expect(userColor("Ada")).toMatch(/^#/);
});

test("an editor can be made and destroyed on a server, where it has no view", async () => {
  const { Editor } = await import("@tiptap/core");
  const { default: StarterKit } = await import("@tiptap/starter-kit");
  const Y = await import("yjs");
  const { Manyhands } = await import("./index.js");
  const doc = new Y.Doc();
  const editor = new Editor({
    element: null,
    content: { type: "doc", content: [{ type: "paragraph" }] },
    extensions: [StarterKit.configure({ undoRedo: false }), Manyhands.configure({ document: doc })],
  });
  expect(editor.schema.nodes["manyhandsOpaqueBlock"]).toBeDefined();
  editor.destroy();
  doc.destroy();
});
