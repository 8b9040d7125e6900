import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/pages.css";
import "./styles/note.css";
import "./styles/people.css";
import "./styles/status.css";
import "./styles/share.css";
import "./styles/start.css";
import { type Room, systemClock } from "@manyhands/core";
import { readAddress } from "./address.js";
import type { App, Screen } from "./app.js";
import { openKept } from "./device/kept.js";
import { openRecentNotebooks } from "./device/recent-notebooks.js";
import { keepAppOffline } from "./offline/keep-app-offline.js";
import { openRoom } from "./open-room.js";
import { createErrorScreen } from "./screens/error-screen.js";
import { createNotebookScreen } from "./screens/notebook-screen.js";
import { createStartScreen } from "./screens/start-screen.js";
import { createToasts } from "./shell/toast.js";

const start = (): void => {
  const place = document.getElementById("app");
  if (!place) throw new Error("index.html has no #app");
  const kept = openKept();
  const toasts = createToasts();
  const built = import.meta.env["VITE_SIGNALING"];
  const { signaling } = readAddress(location, typeof built === "string" ? built : undefined);
  let screen: Screen | undefined;
  let shownInvite: string | undefined;

  const show = (make: () => Screen): void => {
    screen?.close();
    screen = make();
    place.replaceChildren(screen.element, toasts.element);
  };
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      app.fail(error);
    }
  };
  const showNotebook = (room: Room, invite: string, isNew: boolean): void => {
    shownInvite = invite;
    show(() => createNotebookScreen(app, { room, invite, isNew }));
  };
  const route = (): void => {
    const { invite } = readAddress(location, undefined);
    if (screen && invite === shownInvite) return;
    shownInvite = invite;
    if (invite === undefined) show(() => createStartScreen(app));
    else attempt(() => showNotebook(openRoom({ invite, signaling }), invite, false));
  };
  const visit = (invite: string | undefined): void =>
    history.pushState(null, "", `${location.pathname}${location.search}${invite ?? ""}`);
  const createNotebook = async (): Promise<void> => {
    const room = openRoom({ invite: undefined, signaling });
    const invite = await room.invite();
    // The address keeps the key: a reload or a bookmark opens the notebook again, and browsers never send what stands
    // after `#`. It stays in this browser's history, as the notes stay in its storage.
    visit(invite);
    app.recent.note(invite, { met: true });
    showNotebook(room, invite, true);
  };

  const app: App = {
    kept,
    recent: openRecentNotebooks(kept, systemClock),
    toasts,
    signaling,
    createNotebook: () => void createNotebook().catch(app.fail),
    goTo: (invite) => {
      visit(invite);
      route();
    },
    fail: (error) => show(() => createErrorScreen(app, error)),
  };
  window.addEventListener("popstate", route);
  window.addEventListener("hashchange", route);
  route();
};

start();
void keepAppOffline();
