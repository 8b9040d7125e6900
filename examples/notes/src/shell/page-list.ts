import type { Notebook, Page } from "../data/notebook.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import type { Present } from "../people/presence.js";
import { createPageRow, type PageRow } from "./page-row.js";

/** What the page list tells those who made it. */
export interface PageListActions {
  select(page: string): void;
  rename(page: string): void;
  remove(page: string): void;
}

/** The pages in the sidebar. */
export interface PageList {
  readonly element: HTMLElement;
  /** Shows the pages as they are now, with `selected` marked, and who is on which. */
  show(selected: string | undefined, people: readonly Present[]): void;
}

/** Search is offered from here on; fewer are seen at a glance. */
const pagesWorthSearching = 6;

/** A list of pages that can be searched and put in order, by dragging or with Alt and the arrow keys. */
export const createPageList = (notebook: Notebook, actions: PageListActions): PageList => {
  const rows = new Map<string, PageRow>();
  let selected: string | undefined;
  let people: readonly Present[] = [];
  let dragged: string | undefined;

  const search = element("input", {
    type: "search",
    className: "input",
    placeholder: "Find a page",
    ariaLabel: "Find a page by its title",
    oninput: () => show(selected, people),
  });
  const searchField = element("div", { className: "search-field", hidden: true }, icon("search"), search);
  const list = element("ul", { className: "page-list", testId: "page-list" });
  const nothing = element("p", { className: "hint", hidden: true }, "No page has that in its title.");

  const move = (id: string, places: number): void => notebook.movePage(id, places);
  const rowActions = {
    ...actions,
    move,
    dragStart: (id: string) => {
      dragged = id;
    },
    dropOn: (id: string) => {
      const place = notebook.pages.findIndex((page) => page.id === id);
      if (dragged !== undefined && place >= 0) notebook.movePageTo(dragged, place);
      dragged = undefined;
    },
  };
  const rowOf = (page: Page): PageRow => {
    const row = rows.get(page.id) ?? createPageRow(page.id, rowActions);
    rows.set(page.id, row);
    return row;
  };
  const show = (nowSelected: string | undefined, nowPeople: readonly Present[]): void => {
    selected = nowSelected;
    people = nowPeople;
    const all = notebook.pages;
    const wanted = search.value.trim().toLocaleLowerCase();
    const found = all.filter((page) => page.title.toString().toLocaleLowerCase().includes(wanted));
    for (const page of found) {
      const here = people.filter((person) => person.page === page.id);
      rowOf(page).show({ page, selected: page.id === selected, people: here });
    }
    const elements = found.map((page) => rowOf(page).element);
    arrange(list, elements);
    for (const id of [...rows.keys()]) if (!all.some((page) => page.id === id)) rows.delete(id);
    searchField.hidden = all.length < pagesWorthSearching && wanted === "";
    nothing.hidden = found.length > 0 || wanted === "";
  };
  return {
    element: element("nav", { className: "pages", ariaLabel: "Pages" }, searchField, list, nothing),
    show,
  };
};

/** Puts the rows in order; only if something moved, for moving takes the focus away. */
const arrange = (list: Element, rows: readonly Element[]): void => {
  if (rows.length === list.children.length && rows.every((row, at) => list.children[at] === row)) return;
  const focused = document.activeElement;
  fill(list, ...rows);
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
};
