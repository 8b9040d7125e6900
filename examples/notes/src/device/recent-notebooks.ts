import type { Clock } from "@manyhands/core";
import type { Kept } from "./kept.js";

/** A notebook that was opened on this device. */
export interface RecentNotebook {
  /** `#mh1.…`: the key to the notebook. Whoever can read this browser's storage could read its notes as well. */
  readonly invite: string;
  readonly name: string;
  /** Ms since 1970. */
  readonly openedAt: number;
  /** The page that was open last. */
  readonly page: string | undefined;
  /** True once this device holds the notes: it made the notebook, or has met somebody who had it. */
  readonly met: boolean;
}

/** The list of notebooks that the start screen offers. */
export interface RecentNotebooks {
  list(): readonly RecentNotebook[];
  find(invite: string): RecentNotebook | undefined;
  /** Puts the notebook at the top of the list, changed as told. */
  note(invite: string, change: Partial<Omit<RecentNotebook, "invite" | "openedAt">>): void;
  /** Puts back what `forget` took away. */
  remember(notebook: RecentNotebook): void;
  forget(invite: string): void;
}

/** More would not be found again in a list anyway, and the links are kept elsewhere by those who need them. */
const maxRecent = 50;
const key = "recent";

/** The recent notebooks as `kept` has them. Several tabs may use the list; each change reads it anew. */
export const openRecentNotebooks = (kept: Kept, clock: Clock): RecentNotebooks => {
  const list = (): readonly RecentNotebook[] => parseList(kept.read(key));
  const write = (notebooks: readonly RecentNotebook[]): void => {
    const newestFirst = [...notebooks].sort((one, other) => other.openedAt - one.openedAt);
    kept.write(key, JSON.stringify(newestFirst.slice(0, maxRecent)));
  };
  const find = (invite: string): RecentNotebook | undefined =>
    list().find((notebook) => notebook.invite === invite);
  const forget = (invite: string): void => write(list().filter((notebook) => notebook.invite !== invite));
  const remember = (notebook: RecentNotebook): void =>
    write([notebook, ...list().filter(({ invite }) => invite !== notebook.invite)]);
  return {
    list,
    find,
    forget,
    remember,
    note: (invite, change) => {
      const before = find(invite) ?? { invite, name: "", page: undefined, met: false };
      remember({ ...before, ...change, invite, openedAt: clock.now() });
    },
  };
};

const parseList = (json: string | undefined): readonly RecentNotebook[] => {
  if (json === undefined) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.flatMap(parseNotebook) : [];
  } catch {
    return [];
  }
};

const parseNotebook = (value: unknown): readonly RecentNotebook[] => {
  if (typeof value !== "object" || value === null) return [];
  const { invite, name, openedAt, page, met }: Record<string, unknown> = { ...value };
  if (typeof invite !== "string" || typeof name !== "string" || typeof openedAt !== "number") return [];
  return [{ invite, name, openedAt, page: typeof page === "string" ? page : undefined, met: met === true }];
};
