import { type Page, shownTitle } from "../data/notebook.js";
import { element, fill } from "../element.js";
import { type IconName, icon } from "../icon.js";
import type { Present } from "../people/presence.js";
import { createPopover } from "./popover.js";

/** What a row can set going; each takes the page's id. */
export interface PageRowActions {
  select(page: string): void;
  rename(page: string): void;
  remove(page: string): void;
  move(page: string, places: number): void;
  dragStart(page: string): void;
  dropOn(page: string): void;
}

/** One page in the sidebar. */
export interface PageRow {
  readonly element: HTMLElement;
  show(now: { page: Page; selected: boolean; people: readonly Present[] }): void;
}

/** A row with the page's title, who is on it, and a menu. */
export const createPageRow = (id: string, actions: PageRowActions): PageRow => {
  const title = element("span", { className: "page-row-title" });
  const dots = element("span", { className: "page-row-people" });
  const open = element(
    "button",
    {
      type: "button",
      className: "page-row-open",
      testId: "page-item",
      onclick: () => actions.select(id),
      ondblclick: () => actions.rename(id),
      onkeydown: (event) => {
        const places = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (places === undefined) return;
        event.preventDefault();
        if (event.altKey) actions.move(id, places);
        else focusNeighbour(row, places);
      },
    },
    icon("page"),
    title,
    dots,
  );
  open.setAttribute("aria-keyshortcuts", "Alt+ArrowUp Alt+ArrowDown");
  const more = element(
    "button",
    { type: "button", className: "icon-button page-row-more", onclick: () => menu.open() },
    icon("more"),
  );
  const choose = (name: IconName, label: string, run: () => void): HTMLElement =>
    element(
      "button",
      {
        type: "button",
        className: "menu-item",
        onclick: () => {
          menu.close();
          run();
        },
      },
      icon(name),
      label,
    );
  const menu = createPopover({
    anchor: more,
    label: "What to do with this page",
    content: element(
      "div",
      { className: "menu" },
      choose("page", "Rename", () => actions.rename(id)),
      choose("up", "Move up", () => actions.move(id, -1)),
      choose("down", "Move down", () => actions.move(id, 1)),
      choose("trash", "Delete", () => actions.remove(id)),
    ),
  });
  const row = element("li", { className: "page-row", draggable: true }, open, more);
  makeDroppable(row, id, actions);
  return {
    element: row,
    show: ({ page, selected, people }) => {
      const words = shownTitle(page);
      if (title.textContent !== words) title.textContent = words;
      title.classList.toggle("is-untitled", page.title.length === 0);
      open.ariaCurrent = selected ? "page" : null;
      more.ariaLabel = `More for “${words}”`;
      more.title = "More";
      fill(dots, ...people.slice(0, 3).map(dot));
    },
  };
};

const dot = ({ name, color }: Present): HTMLElement => {
  const mark = element("span", { className: "page-row-dot", title: `${name} is here`, role: "img" });
  mark.ariaLabel = `${name} is here`;
  mark.style.setProperty("--person", color);
  return mark;
};

const focusNeighbour = (row: HTMLElement, places: number): void => {
  const neighbour = places < 0 ? row.previousElementSibling : row.nextElementSibling;
  neighbour?.querySelector("button")?.focus();
};

const makeDroppable = (row: HTMLElement, id: string, actions: PageRowActions): void => {
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer?.setData("text/plain", id);
    row.classList.add("is-dragged");
    actions.dragStart(id);
  });
  row.addEventListener("dragend", () => row.classList.remove("is-dragged"));
  row.addEventListener("dragover", (event) => {
    event.preventDefault();
    row.classList.add("is-target");
  });
  row.addEventListener("dragleave", () => row.classList.remove("is-target"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    row.classList.remove("is-target");
    actions.dropOn(id);
  });
};
