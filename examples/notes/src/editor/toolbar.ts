import type { Editor } from "@tiptap/core";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { createLinkPopover } from "./link-popover.js";
import { type Tool, toolGroups } from "./tools.js";

/** The buttons above a note. */
export interface Toolbar {
  readonly element: HTMLElement;
  /** Connects the buttons to the editor of the page that is shown now. */
  attach(editor: Editor | undefined): void;
  /** Opens the panel that changes the link at the cursor. */
  editLink(): void;
}

/**
 * A toolbar as assistive technology knows it: one stop for the Tab key, arrow keys inside, pressed states kept up.
 */
export const createToolbar = (): Toolbar => {
  let editor: Editor | undefined;
  const linkPopover = createLinkPopover(() => editor);
  const editLink = (): void => linkPopover.open();
  const tools = toolGroups(editLink).map((group) =>
    group.map((tool) => ({ tool, button: toolButton(tool) })),
  );
  const all = tools.flat();
  const bar = element(
    "div",
    { className: "toolbar", role: "toolbar", ariaLabel: "Formatting" },
    ...tools.map((group) =>
      element("div", { className: "tool-group", role: "group" }, ...group.map(({ button }) => button)),
    ),
  );
  for (const { tool, button } of all) {
    button.addEventListener("click", () => {
      if (editor && button.ariaDisabled !== "true") tool.run(editor);
    });
    // A press must not take the cursor out of the text, or phones put their keyboard away.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    if (tool.name === "Link") linkPopover.attach(button);
  }
  moveByArrows(
    bar,
    all.map(({ button }) => button),
  );

  const show = (): void => {
    for (const { tool, button } of all) {
      if (tool.isOn) button.ariaPressed = String(editor !== undefined && tool.isOn(editor));
      // Not `disabled`: the focus would be lost when the last step is undone.
      button.ariaDisabled = String(editor === undefined || tool.canRun?.(editor) === false);
    }
  };
  show();
  return {
    element: bar,
    editLink,
    attach: (next) => {
      editor?.off("transaction", show);
      editor = next;
      editor?.on("transaction", show);
      show();
    },
  };
};

const toolButton = ({ name, face, keys }: Tool): HTMLButtonElement => {
  const content =
    typeof face === "string" ? icon(face) : element("span", { className: "tool-letters" }, face.letters);
  const button = element(
    "button",
    { type: "button", className: "tool", ariaLabel: name, tabIndex: -1 },
    content,
  );
  button.title = keys === undefined ? name : `${name} (${keysHere(keys)})`;
  return button;
};

const keysHere = (keys: string): string =>
  /Mac|iPhone|iPad/.test(navigator.userAgent)
    ? keys.replace("Mod", "⌘").replace("Shift", "⇧").replace("Alt", "⌥").replaceAll("+", "")
    : keys.replace("Mod", "Ctrl");

/** Roving focus: Tab reaches the button used last, arrows, Home and End go to the others. */
const moveByArrows = (bar: HTMLElement, buttons: readonly HTMLButtonElement[]): void => {
  const [firstButton] = buttons;
  if (firstButton) firstButton.tabIndex = 0;
  bar.addEventListener("keydown", (event) => {
    const at = event.target instanceof HTMLButtonElement ? buttons.indexOf(event.target) : -1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  });
  bar.addEventListener("focusin", (event) => {
    if (!buttons.some((button) => button === event.target)) return;
    for (const button of buttons) button.tabIndex = button === event.target ? 0 : -1;
  });
};
