import type { Room } from "@manyhands/core";
import { systemRandom } from "@manyhands/core";
import { linkTo } from "../address.js";
import type { App, Screen } from "../app.js";
import { Notebook, shownTitle } from "../data/notebook.js";
import { seedWelcome } from "../data/welcome.js";
import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import { createPeopleBar } from "../people/people-bar.js";
import { keepMe, readMe } from "../people/person.js";
import { openPresence } from "../people/presence.js";
import { openShareDialog } from "../share/share-dialog.js";
import { createDrawer } from "../shell/drawer.js";
import { createSidebar } from "../shell/sidebar.js";
import { isOnlyInMemory, warnBeforeLeaving } from "../status/leave-warning.js";
import { createStatusButton } from "../status/status-button.js";
import { createLookingBanner } from "./looking-banner.js";
import { createPageView } from "./page-view.js";

/** What `createNotebookScreen` needs to know. */
export interface NotebookScreenOptions {
  /** The screen owns it and closes it. */
  readonly room: Room;
  /** The notebook's key, `#mh1.…`. */
  readonly invite: string;
  /** Made just now, on this device: then it gets a first page. */
  readonly isNew: boolean;
}

/** An open notebook. */
export const createNotebookScreen = (app: App, { room, invite, isNew }: NotebookScreenOptions): Screen => {
  const notebook = new Notebook(room.doc);
  let me = readMe(app.kept, systemRandom);
  let current: string | undefined;
  /** Where the open page stands in the list; its neighbour is shown when it goes. */
  let placeOfCurrent = 0;
  let loaded = false;
  let closed = false;
  const presence = openPresence(room, me);

  const share = (): void => openShareDialog(linkTo(invite, location), notebookName());
  const hasMet = (): boolean => app.recent.find(invite)?.met === true;
  const notebookName = (): string => notebook.name || "Untitled notebook";

  const select = (id: string | undefined): void => {
    drawer.close();
    if (id !== undefined && id === current) return;
    current = id;
    presence.showPage(id);
    view.open(notebook.find(id), me);
    app.recent.note(invite, { page: id });
    refresh();
  };
  const addPage = (): void => {
    select(notebook.addPage());
    view.focusTitle();
  };
  const remove = (id: string): void => {
    const page = notebook.find(id);
    if (!page) return;
    const wasOpen = id === current;
    notebook.deletePage(id);
    app.toasts.show({
      message: `“${shownTitle(page)}” was deleted.`,
      action: {
        label: "Undo",
        run: () => {
          notebook.restorePage(id);
          if (wasOpen) select(id);
        },
      },
    });
  };

  const view = createPageView({
    room,
    empty: () => emptyNotebook(app.recent.find(invite)?.met === true, addPage),
  });
  const sidebar = createSidebar(app, notebook, {
    select,
    remove,
    addPage,
    rename: (id) => {
      select(id);
      view.focusTitle();
    },
    leave: () => {
      const question = "What you wrote is only in this tab's memory and will be lost. Leave all the same?";
      if (!isOnlyInMemory(room) || confirm(question)) app.goTo(undefined);
    },
  });
  const drawer = createDrawer(sidebar.element);
  // Before the status, which asks whether somebody was met.
  const banner = createLookingBanner(app, room, invite);
  const status = createStatusButton({ room, signaling: app.signaling, hasMet });
  const people = createPeopleBar({
    presence,
    me,
    onMe: (changed) => {
      me = changed;
      keepMe(app.kept, me);
      presence.showMe(me);
    },
    onShare: share,
    titleOf: (id) => {
      const page = notebook.find(id);
      return page && shownTitle(page);
    },
    goTo: (id) => select(id),
  });

  const refresh = (): void => {
    sidebar.show(current, presence.others());
    people.refresh();
    const page = notebook.find(current);
    document.title = `${page ? `${shownTitle(page)} – ` : ""}${notebookName()}`;
  };
  /** Keeps an open page open; when it is gone, or none was open, shows the nearest one. */
  const settle = (): void => {
    if (!loaded) return;
    notebook.loadPages();
    const { pages } = notebook;
    const gone = current !== undefined && !notebook.find(current) ? current : undefined;
    if (!pages.some(({ id }) => id === current)) select((pages[placeOfCurrent] ?? pages.at(-1))?.id);
    // Deleting it oneself shows another message right after this one.
    if (gone !== undefined) {
      const restore = { label: "Undo", run: () => notebook.restorePage(gone) };
      app.toasts.show({ message: "The page you were on was deleted.", action: restore });
    }
    placeOfCurrent = Math.max(
      0,
      pages.findIndex(({ id }) => id === current),
    );
    if (notebook.name !== app.recent.find(invite)?.name) app.recent.note(invite, { name: notebook.name });
    refresh();
  };

  const open = async (): Promise<void> => {
    await room.whenLoaded();
    if (isNew) await seedWelcome(room);
    if (closed) return;
    loaded = true;
    const last = app.recent.find(invite)?.page;
    select(notebook.find(last)?.id ?? notebook.pages[0]?.id);
    settle();
  };

  const shareButton = element(
    "button",
    { type: "button", className: "button button-main share-button", testId: "share-button", onclick: share },
    icon("share"),
    element("span", {}, "Share"),
  );
  const main = element(
    "div",
    { className: "desk" },
    element("header", { className: "topbar" }, drawer.button, status.element, people.element, shareButton),
    banner.element,
    element("main", { className: "desk-main" }, view.element),
  );
  const screen = element("div", { className: "notebook" }, sidebar.element, drawer.shade, main);
  fill(view.element, element("p", { className: "opening", role: "status" }, "Opening the notebook…"));
  app.recent.note(invite, {});
  refresh();

  const ends = [
    notebook.subscribe(settle),
    presence.subscribe(refresh),
    warnBeforeLeaving(room),
    status.close,
    people.close,
    banner.close,
    drawer.close,
  ];
  open().catch((error: unknown) => {
    // Unless the wait was ended by leaving, the room could not be opened, and its state says why.
    if (!closed) app.fail(room.state.problem ?? error);
  });
  return {
    element: screen,
    close: () => {
      closed = true;
      view.close();
      for (const end of ends) end();
      room.close().catch((error: unknown) => console.error(error));
    },
  };
};

const emptyNotebook = (met: boolean, addPage: () => void): HTMLElement =>
  element(
    "div",
    { className: "empty" },
    icon(met ? "page" : "search"),
    element("h2", {}, met ? "No pages here" : "The pages are not here yet"),
    element(
      "p",
      {},
      met
        ? "Start one, or take one back from the deleted pages in the sidebar."
        : "They come from a device that has them, as soon as one is found. You can begin to write all the same.",
    ),
    element(
      "button",
      { type: "button", className: `button ${met ? "button-main" : "button-soft"}`, onclick: addPage },
      icon("plus"),
      "New page",
    ),
  );
