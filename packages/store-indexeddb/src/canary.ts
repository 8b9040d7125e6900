/** The little of `localStorage` that is used here. */
export type CanaryStorage = Pick<Storage, "getItem" | "setItem">;

/**
 * Remembers, outside of IndexedDB, that a database was here: browsers delete a damaged database as a whole, and only
 * something that lives elsewhere can tell a lost database from a new one. Workers and Node have no `localStorage`:
 * there a loss looks like a new database.
 */
export const canary = (
  storage: CanaryStorage | undefined,
  name: string,
): { wasHere(): boolean; leave(): void } => ({
  wasHere: () => {
    try {
      return storage?.getItem(name) === mark;
    } catch {
      return false;
    }
  },
  leave: () => {
    try {
      storage?.setItem(name, mark);
    } catch {
      // Full or forbidden: a later loss will look like a new database.
    }
  },
});

const mark = "was here";
