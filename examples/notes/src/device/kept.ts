/** Small things this device keeps between visits. Where storage is forbidden they last as long as the page. */
export interface Kept {
  /** False when nothing outlives the page. */
  readonly lasting: boolean;
  read(key: string): string | undefined;
  write(key: string, value: string | undefined): void;
}

const prefix = "notes.";

/** `localStorage`, if this browser lets the page use it, else memory. */
export const openKept = (): Kept => {
  try {
    const storage = window.localStorage;
    storage.setItem(`${prefix}probe`, "1");
    storage.removeItem(`${prefix}probe`);
    return inStorage(storage);
  } catch {
    return inMemory();
  }
};

const inStorage = (storage: Storage): Kept => ({
  lasting: true,
  read: (key) => storage.getItem(prefix + key) ?? undefined,
  write: (key, value) => {
    try {
      if (value === undefined) storage.removeItem(prefix + key);
      else storage.setItem(prefix + key, value);
    } catch {
      // Full. What is kept here is a convenience; the notes themselves are kept by the room.
    }
  },
});

const inMemory = (): Kept => {
  const values = new Map<string, string>();
  return {
    lasting: false,
    read: (key) => values.get(key),
    write: (key, value) => {
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    },
  };
};
