import * as Y from "yjs";
import { expectConverged } from "./converged.js";
import type { SeededRandom } from "./seeded-random.js";
import type { NetworkFaults } from "./sim-network.js";
import { type SimDevice, World } from "./world.js";

/** What one run did, for the message of a failure. */
export interface ScriptResult {
  readonly devices: number;
  readonly actions: readonly string[];
}

/** Tokens that a device was told are saved: losing one is losing work. */
type Promised = Set<string>;

interface Story {
  readonly promised: Promised;
  readonly undos: UndoManagers;
}

const letters = "abcdefghijklmnopqrstuvwxyz ";

/**
 * Plays a random story of 2 to 8 devices: they write text, rich text, maps and lists, lose links and networks, crash,
 * restart and reload, over a network that delays, loses, repeats and reorders. At the end all are online, and have to
 * agree in every way `expectConverged` knows, with every word that was reported saved.
 *
 * @throws with the seed and the story so far when an invariant breaks.
 */
export const runRandomScript = async (seed: number, steps = 40): Promise<ScriptResult> => {
  const world = new World({ seed });
  const random = world.random.fork();
  world.network.setFaults(randomFaults(random));
  const actions: string[] = [];
  const story: Story = { promised: new Set(), undos: new UndoManagers() };
  try {
    const count = random.between(2, 8);
    for (let at = 0; at < count; at++) await world.device(`d${at}`);
    for (let step = 0; step < steps; step++) actions.push(await act(world, random, story, step));
    await reunite(world);
    await world.settle();
    await expectConverged(world);
    expectKept(world, story.promised);
    return { devices: count, actions };
  } catch (cause) {
    const story = actions.map((action, at) => `  ${at}. ${action}`).join("\n");
    throw new Error(
      `Seed ${seed} broke an invariant: ${String(cause)}\nReplay: npm run sim -- --seed ${seed}\n${story}`,
      { cause },
    );
  } finally {
    await world.close();
  }
};

const randomFaults = (random: SeededRandom): NetworkFaults => ({
  minDelayMs: random.between(1, 50),
  maxDelayMs: random.between(50, 400),
  loss: random.chance(0.5) ? random.fraction() * 0.01 : 0,
  duplication: random.fraction() * 0.2,
});

const act = async (world: World, random: SeededRandom, story: Story, step: number): Promise<string> => {
  const device = random.pick(world.devices);
  if (!device) return "nobody";
  if (!device.isRunning) {
    await device.start();
    await device.room.whenLoaded();
    return `${device.name} starts`;
  }
  const kind = random.between(0, 19);
  if (kind < 12) return edit(device, random, step, story.undos);
  const other = random.pick(world.devices) ?? device;
  switch (kind) {
    case 12:
      device.offline();
      return `${device.name} goes offline`;
    case 13:
      device.online();
      return `${device.name} comes online`;
    case 14:
      world.network.break(device.name, other.name);
      return `the link ${device.name}-${other.name} breaks`;
    case 15:
      device.crash();
      return `${device.name} crashes`;
    case 16:
      await device.stop();
      return `${device.name} stops`;
    case 17:
      await promise(device, story.promised, step);
      return `${device.name} saves a token`;
    default: {
      const ms = random.between(1, 3_000);
      await world.run(ms);
      return `${ms} ms pass`;
    }
  }
};

const edit = (device: SimDevice, random: SeededRandom, step: number, undos: UndoManagers): string => {
  const { doc } = device.room;
  const undo = undos.of(doc);
  switch (random.between(0, 6)) {
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
class UndoManagers {
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

/** Writes a token and, once the room says that it is saved, holds the room to it. */
const promise = async (device: SimDevice, promised: Promised, step: number): Promise<void> => {
  const token = `${device.name}/${step}`;
  const tokens: Y.Array<string> = device.room.doc.getArray("tokens");
  tokens.push([token]);
  await device.room.whenSaved();
  promised.add(token);
};

const reunite = async (world: World): Promise<void> => {
  world.network.setFaults({ minDelayMs: 5, maxDelayMs: 40, loss: 0, duplication: 0 });
  for (const device of world.devices) {
    if (!device.isRunning) await device.start();
    await device.room.whenLoaded();
  }
  for (const device of world.devices) device.online();
};

const expectKept = (world: World, promised: Promised): void => {
  for (const { name, room } of world.devices) {
    const held = new Set<unknown>(room.doc.getArray("tokens").toArray());
    for (const token of promised)
      if (!held.has(token)) throw new Error(`${name} lost the saved token ${token}`);
  }
};
