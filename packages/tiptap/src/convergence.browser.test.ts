import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bodyOf, Callout, Comment, Mention, sync, ToyPage, type ToyRoom, toyRoom } from "./testing/toy-editors.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

/** Chance from a seed (mulberry32), so that a failure can be run again. */
const chance = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
};

const act = (editor: Editor, random: (below: number) => number, knowsAll: boolean): string => {
  const { size } = editor.state.doc.content;
  const [from, to] = [random(size + 1), random(size + 1)].sort((a, b) => a - b);
  const range = { from: from ?? 0, to: Math.min(to ?? 0, (from ?? 0) + 8) };
  const acts: [name: string, act: () => unknown][] = [
    ["type", () => editor.chain().setTextSelection(range.from).insertContent("abc😀"[random(3)] ?? "x").run()],
    ["type more", () => editor.chain().setTextSelection(range.from).insertContent("😀").run()],
    ["replace", () => editor.chain().setTextSelection(range).insertContent("R").run()],
    ["delete", () => editor.chain().setTextSelection(range).deleteSelection().run()],
    ["split", () => editor.chain().setTextSelection(range.from).splitBlock().run()],
    ["join", () => editor.chain().setTextSelection(range.from).joinBackward().run()],
    ["bold", () => editor.chain().setTextSelection(range).toggleBold().run()],
    ["code", () => editor.chain().setTextSelection(range).toggleCode().run()],
    ["heading", () => editor.chain().setTextSelection(range).toggleHeading({ level: 2 }).run()],
    ["list", () => editor.chain().setTextSelection(range).toggleBulletList().run()],
    ["code block", () => editor.chain().setTextSelection(range).toggleCodeBlock().run()],
    ["break", () => editor.chain().setTextSelection(range.from).setHardBreak().run()],
    ["quote", () => editor.chain().setTextSelection(range).toggleBlockquote().run()],
    ["rule", () => editor.chain().setTextSelection(range.from).setHorizontalRule().run()],
    ["undo", () => editor.commands.undo()],
    ["redo", () => editor.commands.redo()],
    [
      "move",
      () => {
        const { doc, tr } = editor.state;
        const node = doc.child(random(doc.childCount));
        let start = 0;
        for (let index = 0; doc.child(index) !== node; index++) start += doc.child(index).nodeSize;
        if (doc.childCount > 1) editor.view.dispatch(tr.delete(start, start + node.nodeSize).insert(0, node));
      },
    ],
  ];
  if (knowsAll) {
    acts.push(
      ["mention", () => editor.chain().setTextSelection(range.from).insertContent({ type: "mention", attrs: { id: "m" } }).run()],
      ["comment", () => editor.chain().setTextSelection(range).setMark("comment", { thread: random(3) }).run()],
      ["callout", () => editor.chain().setTextSelection(range).wrapIn("callout").run()],
    );
  }
  const [name, run] = acts[random(acts.length)] ?? ["", () => undefined];
  run();
  return `${name} ${range.from}-${range.to}`;
};

/** What a fresh editor of the same version shows of this document. */
const freshView = (room: ToyRoom, knowsAll: boolean): string => {
  const copy = toyRoom(1000);
  sync(room, copy);
  const editor = page.open({ room: copy }, knowsAll ? everything : {});
  const html = editor.getHTML();
  editor.destroy();
  expect(copy.updates.length).toBe(0);
  return html;
};

const everything = { extensions: [Callout, Mention, Comment] };

test.each(Array.from({ length: 30 }, (_, index) => index + 1))(
  "three editors, one of an older version, converge and show what is shared (seed %i)",
  (seed) => {
    const random = chance(seed);
    const rooms = [toyRoom(1), toyRoom(2), toyRoom(3)];
    const versions = [true, true, false];
    const editors = rooms.map((room, index) => page.open({ room }, versions[index] ? everything : {}));
    editors[0]?.commands.setContent("<h1>Title</h1><p>Some text</p><ul><li><p>one</p></li><li><p>two</p></li></ul><p>end</p>");
    sync(...rooms);
    const script: string[] = [];
    for (let round = 0; round < 25; round++) {
      editors.forEach((editor, index) => {
        const actions = random(4);
        for (let action = 0; action < actions; action++) {
          script.push(`${index}: ${act(editor, random, versions[index] === true)}`);
        }
      });
      if (random(3) === 0) {
        sync(...rooms);
        const [first] = rooms;
        rooms.forEach((room, index) => {
          const story = script.join("\n");
          expect(bodyOf(room), story).toBe(first === undefined ? "" : bodyOf(first));
          expect(editors[index]?.getHTML(), story).toBe(freshView(room, versions[index] === true));
        });
      }
    }
  },
);
