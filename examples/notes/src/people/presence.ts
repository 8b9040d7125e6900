import type { Room } from "@manyhands/core";
import { cleanColor, cleanName, type Person } from "./person.js";

/** Somebody who has the notebook open now: one window. */
export interface Present extends Person {
  /** The window; changes when it is opened anew. */
  readonly clientId: number;
  /** The page they look at, if they said so. */
  readonly page: string | undefined;
  /** Another window of this device. */
  readonly mine: boolean;
}

/** Who is here, and what others are told of this window. */
export interface Presence {
  /** Everybody but this window, in the order in which they stay put: by name. */
  others(): readonly Present[];
  showMe(me: Person): void;
  showPage(page: string | undefined): void;
  /** Calls `listener` after somebody came, left, moved or changed; returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

/** Presence over the room's awareness: `user` holds name and colour (cursors use it too), `at` the rest. */
export const openPresence = (room: Room, initial: Person): Presence => {
  const { awareness } = room;
  let me = initial;
  let page: string | undefined;
  const tell = (): void => {
    awareness.setLocalStateField("user", { name: me.name, color: me.color });
    awareness.setLocalStateField("at", { person: me.id, page: page ?? null });
  };
  tell();
  return {
    others: () =>
      [...awareness.getStates()]
        .filter(([clientId]) => clientId !== awareness.clientID)
        .map(([clientId, state]) => parsePresent(clientId, state, me))
        .sort((one, other) => one.name.localeCompare(other.name) || one.clientId - other.clientId),
    showMe: (changed) => {
      me = changed;
      tell();
    },
    showPage: (changed) => {
      if (changed === page) return;
      page = changed;
      tell();
    },
    subscribe: (listener) => {
      awareness.on("change", listener);
      return () => awareness.off("change", listener);
    },
  };
};

/** Reads what another window says of itself; it may say anything. */
const parsePresent = (clientId: number, state: Readonly<Record<string, unknown>>, me: Person): Present => {
  const user = fieldsOf(state["user"]);
  const at = fieldsOf(state["at"]);
  const id = typeof at["person"] === "string" ? at["person"] : "";
  return {
    clientId,
    id,
    name: (typeof user["name"] === "string" ? cleanName(user["name"]) : undefined) ?? "Someone",
    color: cleanColor(user["color"]),
    page: typeof at["page"] === "string" ? at["page"] : undefined,
    mine: id === me.id,
  };
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
