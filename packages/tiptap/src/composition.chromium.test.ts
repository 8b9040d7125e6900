import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { bodyOf, ToyPage, toyRoom, wire } from "./testing/toy-editors.js";

let page: ToyPage;
beforeEach(() => {
  page = new ToyPage();
});
afterEach(() => page.close());

/** What an input method does: shows a text that is not decided yet, under an underline. */
const compose = (text: string): Promise<unknown> =>
  send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });

const commit = (text: string): Promise<unknown> => send("Input.insertText", { text });

const send = (method: string, parameters: object): Promise<unknown> => {
  const session: object = cdp();
  return Promise.resolve(Reflect.apply(Reflect.get(session, "send"), session, [method, parameters]));
};

describe("while a person composes text", () => {
  test("edits of others elsewhere neither end the composition nor lose a character", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a });
    const two = page.open({ room: b });
    one.commands.setContent("<p>first</p><p>text</p><p>last</p>");
    window.focus();
    one.view.focus();
    one.commands.setTextSelection(12);
    await compose("k");
    await expect.poll(() => one.view.composing).toBe(true);
    two.commands.insertContentAt(1, "very ");
    await compose("か");
    two.commands.insertContentAt(two.state.doc.content.size - 1, "!");
    await compose("かn");
    two.commands.insertContentAt(0, "<h1>Title</h1>");
    expect(one.view.composing).toBe(true);
    await compose("かん");
    await commit("漢");
    await expect
      .poll(() => bodyOf(b))
      .toBe(
        '<heading level="1">Title</heading><paragraph>very first</paragraph><paragraph>text漢</paragraph><paragraph>last!</paragraph>',
      );
    expect(two.getHTML()).toBe(one.getHTML());
  });

  test("an edit of another in the same paragraph loses nothing of either", async () => {
    const [a, b] = [toyRoom(1), toyRoom(2)];
    wire(a, b);
    const one = page.open({ room: a });
    const two = page.open({ room: b });
    one.commands.setContent("<p>one two three</p>");
    window.focus();
    one.view.focus();
    one.commands.setTextSelection(8);
    await compose("n");
    await expect.poll(() => one.view.composing).toBe(true);
    two.commands.insertContentAt(1, "0 ");
    await compose("に");
    two.commands.insertContentAt(two.state.doc.content.size - 1, " 4");
    await commit("二");
    await expect.poll(() => bodyOf(b)).toBe("<paragraph>0 one two二 three 4</paragraph>");
    expect(one.getText()).toBe("0 one two二 three 4");
  });
});
