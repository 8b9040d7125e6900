import type { App } from "../app.js";
import { type Notebook, shownTitle } from "../data/notebook.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import type { Present } from "../people/presence.js";
import { logo } from "./logo.js";
import { createPageList, type PageListActions } from "./page-list.js";
import { createThemeButton } from "./theme-button.js";

/** The notebook's name, its pages, and the way out. */
export interface Sidebar {
  readonly element: HTMLElement;
  show(selected: string | undefined, people: readonly Present[]): void;
}

/** What the sidebar tells those who made it. */
export interface SidebarActions extends PageListActions {
  addPage(): void;
  leave(): void;
}

/** The column beside the page; on phones it slides in. */
export const createSidebar = (app: App, notebook: Notebook, actions: SidebarActions): Sidebar => {
  const name = element("input", {
    type: "text",
    className: "notebook-name",
    placeholder: "Untitled notebook",
    ariaLabel: "Name of this notebook",
    maxLength: 80,
    spellcheck: false,
    testId: "notebook-name",
    oninput: () => notebook.rename(name.value),
    onkeydown: (event) => {
      if (event.key === "Enter") name.blur();
    },
  });
  const list = createPageList(notebook, actions);
  const add = element(
    "button",
    {
      type: "button",
      className: "button button-soft new-page",
      testId: "new-page",
      onclick: actions.addPage,
    },
    icon("plus"),
    "New page",
  );
  const binRows = element("ul", {});
  const binCount = element("span", {});
  const bin = element(
    "details",
    { className: "bin" },
    element("summary", {}, icon("trash"), binCount),
    binRows,
  );
  const leave = element(
    "button",
    { type: "button", className: "button button-plain", onclick: actions.leave },
    icon("home"),
    "All notebooks",
  );
  const side = element(
    "aside",
    { className: "sidebar", id: "sidebar", ariaLabel: "Notebook" },
    element("div", { className: "sidebar-head" }, logo(28), name),
    add,
    list.element,
    bin,
    element("div", { className: "sidebar-foot" }, leave, createThemeButton(app.kept)),
  );
  return {
    element: side,
    show: (selected, people) => {
      if (document.activeElement !== name) name.value = notebook.name;
      list.show(selected, people);
      const deleted = notebook.deletedPages;
      bin.hidden = deleted.length === 0;
      binCount.textContent = `Deleted pages (${deleted.length})`;
      fill(
        binRows,
        ...deleted.map((page) =>
          element(
            "li",
            {},
            element("span", {}, shownTitle(page)),
            element(
              "button",
              { type: "button", className: "link-button", onclick: () => notebook.restorePage(page.id) },
              "Restore",
            ),
            element(
              "button",
              {
                type: "button",
                className: "icon-button",
                title: "Remove for good",
                ariaLabel: `Remove “${shownTitle(page)}” for good, for everyone`,
                onclick: () => {
                  if (confirm(`Remove “${shownTitle(page)}” for good, for everyone?`))
                    notebook.removePage(page.id);
                },
              },
              icon("close"),
            ),
          ),
        ),
      );
    },
  };
};
