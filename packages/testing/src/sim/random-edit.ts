import * as Y from "yjs";
import type { SeededRandom } from "./seeded-random.js";
import type { SimDevice } from "./sim-device.js";

const letters = "abcdefghijklmnopqrstuvwxyz ";

/** What the edits of a story have in common. */
export interface Editing {
  readonly undos: UndoManagers;
  /** Chance that an edit formats text: where many do at once, most can go wrong. */
  readonly formatting: number;
}

/** Edits a device's document somehow; says how. `step` is a value to write. */
export const editSomehow = (
  device: SimDevice,
  random: SeededRandom,
  step: number,
  { undos, formatting }: Editing,
): string => {
  const { doc } = device.room;
  const undo = undos.of(doc);
  switch (random.chance(formatting) ? 3 : random.between(0, 6)) {
    case 6: {
      if (random.chance(0.5)) undo.undo();
      else undo.redo();
      return `${device.name} undoes or redoes`;
    }
    case 0:
    case 1:
      device.type(word(random), random.between(0, device.text.length));
      return `${device.name} types`;
    case 2: {
      const at = random.between(0, device.text.length);
      device.erase(at, random.between(0, Math.min(8, device.text.length - at)));
      return `${device.name} erases`;
    }
    case 3: {
      const rich = doc.getText("rich");
      rich.insert(random.between(0, rich.length), word(random), random.chance(0.5) ? { bold: true } : {});
      const from = random.between(0, rich.length - 1);
      rich.format(from, random.between(0, rich.length - from), { bold: random.chance(0.5) ? true : null });
      return `${device.name} formats`;
    }
    case 4:
      doc.getMap("map").set(`key ${random.between(0, 4)}`, step);
      return `${device.name} sets a key`;
    default: {
      const list: Y.Array<string> = doc.getArray("list");
      if (list.length > 3 && random.chance(0.4)) list.delete(random.between(0, list.length - 1));
      else list.insert(random.between(0, list.length), [word(random)]);
      return `${device.name} edits the list`;
    }
  }
};

/** Every document's undo manager, made when it is first edited, as an editor makes one. */
export class UndoManagers {
  readonly #all = new WeakMap<Y.Doc, Y.UndoManager>();

  of(doc: Y.Doc): Y.UndoManager {
    const types = [doc.getText("text"), doc.getText("rich"), doc.getArray("list")];
    const manager = this.#all.get(doc) ?? new Y.UndoManager(types, { captureTimeout: 0 });
    this.#all.set(doc, manager);
    return manager;
  }
}

const word = (random: SeededRandom): string =>
  Array.from({ length: random.between(1, 12) }, () =>
    letters.charAt(random.between(0, letters.length - 1)),
  ).join("");
