import { inviteIn } from "../address.js";
import type { App, Screen } from "../app.js";
import type { RecentNotebook } from "../device/recent-notebooks.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import { logo } from "../shell/logo.js";
import { createThemeButton } from "../shell/theme-button.js";
import { samplePage } from "./sample-page.js";

/** The first thing people see: what this is, a new notebook, and those opened before. */
export const createStartScreen = (app: App): Screen => {
  document.title = "Manyhands Notes";
  const create = element(
    "button",
    {
      type: "button",
      className: "button button-main button-large",
      testId: "new-notebook",
      onclick: app.createNotebook,
    },
    icon("plus"),
    "New notebook",
  );
  const recent = element("section", { className: "recent" });
  const showRecent = (): void => {
    const notebooks = app.recent.list();
    recent.hidden = notebooks.length === 0;
    fill(
      recent,
      element("h2", {}, "On this device"),
      element("ul", {}, ...notebooks.map((notebook) => recentRow(app, notebook, showRecent))),
    );
  };
  showRecent();
  const screen = element(
    "div",
    { className: "start" },
    element(
      "header",
      { className: "start-head" },
      element("span", { className: "brand" }, logo(32), "Manyhands Notes"),
      createThemeButton(app.kept),
    ),
    element(
      "main",
      { className: "start-main" },
      element(
        "section",
        { className: "hero" },
        element(
          "div",
          { className: "hero-words" },
          element("h1", {}, "Notes you write together"),
          element(
            "p",
            { className: "lead" },
            "No account, no cloud. Your notes live on your own devices and go straight from one to another, locked " +
              "so that only people with the link can read them.",
          ),
          element("div", { className: "hero-actions" }, create, linkForm(app)),
          app.kept.lasting
            ? undefined
            : element(
                "p",
                { className: "hint hint-warn" },
                "This browser does not let the page keep anything, so notes will be lost when you close it. " +
                  "A private window or a setting may be the reason.",
              ),
        ),
        samplePage(),
      ),
      recent,
      element(
        "section",
        { className: "promises" },
        promise("sync", "Everyone at once", "See cursors and words as they are typed, from every device."),
        promise(
          "device",
          "Works offline",
          "Write on a train. Your changes meet everyone else’s when you are back.",
        ),
        promise("lock", "Only for you", "The link holds the key. No server ever sees what you write."),
      ),
    ),
  );
  return { element: screen, close: () => undefined };
};

const promise = (name: Parameters<typeof icon>[0], title: string, text: string): HTMLElement =>
  element("div", { className: "promise" }, icon(name), element("h3", {}, title), element("p", {}, text));

/** A field for a link that somebody sent, for installed apps, which have no address bar. */
const linkForm = (app: App): HTMLElement => {
  const wrong = element("p", { className: "hint hint-warn", role: "alert" });
  const input = element("input", {
    type: "text",
    className: "input",
    placeholder: "Paste a notebook’s link",
    ariaLabel: "A notebook’s link",
    autocomplete: "off",
    spellcheck: false,
  });
  return element(
    "form",
    {
      className: "paste-link",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const invite = inviteIn(input.value);
        wrong.textContent =
          invite === undefined ? "There is no notebook in this link. It should hold #mh1. and more." : "";
        if (invite !== undefined) app.goTo(invite);
      },
    },
    element(
      "div",
      { className: "row" },
      input,
      element("button", { type: "submit", className: "button button-soft" }, "Open"),
    ),
    wrong,
  );
};

const recentRow = (app: App, notebook: RecentNotebook, onChange: () => void): HTMLElement => {
  const name = notebook.name === "" ? "Untitled notebook" : notebook.name;
  const forget = (): void => {
    app.recent.forget(notebook.invite);
    onChange();
    app.toasts.show({
      message: `“${name}” is off this list. Its link still opens it.`,
      action: {
        label: "Undo",
        run: () => {
          app.recent.remember(notebook);
          onChange();
        },
      },
    });
  };
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(notebook.openedAt);
  return element(
    "li",
    {},
    element(
      "a",
      {
        className: "recent-link",
        href: notebook.invite,
        testId: "recent-notebook",
        onclick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          app.goTo(notebook.invite);
        },
      },
      element("span", { className: "recent-icon" }, icon("page")),
      element(
        "span",
        { className: "recent-words" },
        element("strong", {}, name),
        element("small", {}, `Opened ${day}`),
      ),
    ),
    element(
      "button",
      {
        type: "button",
        className: "icon-button",
        title: "Take off this list",
        ariaLabel: `Take “${name}” off this list`,
        onclick: forget,
      },
      icon("close"),
    ),
  );
};
