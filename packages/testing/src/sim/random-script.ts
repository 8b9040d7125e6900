import { expectConverged, expectNothingPending } from "./converged.js";
import { PromisedTokens } from "./promised-tokens.js";
import { type Editing, editSomehow, UndoManagers } from "./random-edit.js";
import { type FaultScene, sufferSomehow } from "./random-fault.js";
import type { SeededRandom } from "./seeded-random.js";
import type { SimDevice } from "./sim-device.js";
import type { NetworkFaults } from "./sim-network.js";
import { World } from "./world.js";

/** Somebody in the room who is not one of the devices, and perhaps no friend of theirs. */
export interface Guest {
  /** Does something; says what. */
  act(): Promise<string>;
  /** Leaves for good. */
  leave(): void;
}

export interface ScriptOptions {
  /** Things that happen before all come together again. Default 40. */
  readonly steps?: number;
  /** Lets a guest in. Default: nobody. */
  readonly inviteGuest?: (world: World) => Guest;
}

/** What one run did, for the message of a failure. */
export interface ScriptResult {
  readonly devices: number;
  readonly actions: readonly string[];
}

interface Story extends FaultScene {
  readonly guest: Guest | undefined;
  readonly editing: Editing;
  /** Yjs clients of all runs so far. */
  readonly clients: Set<number>;
}

/**
 * Plays a random story of 2 to 8 devices: they write text, rich text, maps and lists over a network that delays, loses,
 * repeats and reorders; lose links, are parted, heard but not hearing, asleep, cloned; crash, also while they store, lose
 * their disks or go back to old ones, find them full, have wrong clocks. At the end all are online, and have to agree in
 * every way `expectConverged` knows, with every word that was reported saved and no Yjs client used twice.
 *
 * @throws with the seed and the story so far when an invariant breaks.
 */
export const runRandomScript = async (seed: number, options: ScriptOptions = {}): Promise<ScriptResult> => {
  const { steps = 40, inviteGuest } = options;
  const world = new World({ seed });
  const random = world.random.fork();
  world.network.setFaults(randomFaults(random));
  const actions: string[] = [];
  const guest = inviteGuest?.(world);
  const story: Story = {
    world,
    random,
    guest,
    hasGuest: guest !== undefined,
    promised: new PromisedTokens(),
    backups: new Map(),
    editing: { undos: new UndoManagers(), formatting: random.chance(0.25) ? 0.7 : 0 },
    clients: new Set(),
  };
  try {
    const count = random.between(2, 8);
    for (let at = 0; at < count; at++) noteClient(story, await world.device(`d${at}`));
    for (let step = 0; step < steps; step++) {
      actions.push(await act(story, step));
      for (const device of world.devices) if (device.isRunning) expectNothingPending(device);
    }
    guest?.leave();
    await reunite(story);
    await world.settle();
    await expectConverged(world);
    for (const device of world.devices) story.promised.expectKept(device);
    return { devices: world.devices.length, actions };
  } catch (cause) {
    const told = actions.map((action, at) => `  ${at}. ${action}`).join("\n");
    throw new Error(
      `Seed ${seed} broke an invariant: ${String(cause)}\nReplay: npm run sim -- --seed ${seed}\n${told}`,
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

const act = async (story: Story, step: number): Promise<string> => {
  const { world, random, guest } = story;
  if (guest && random.chance(0.25)) return `the guest ${await guest.act()}`;
  const device = random.pick(world.devices);
  if (!device) return "nobody";
  if (!device.isRunning) {
    await restart(story, device);
    return `${device.name} starts`;
  }
  const kind = random.between(0, 19);
  if (device.isAsleep || kind === 0) return await pass(world, random.between(3_000, 30_000));
  if (kind < 4) return await pass(world, random.between(1, 3_000));
  if (kind < 6) {
    story.promised.write(device, `${device.name}/${step}`);
    return `${device.name} saves a word`;
  }
  if (kind < 12) return await sufferSomehow(story, device);
  return editSomehow(device, random, step, story.editing);
};

const pass = async (world: World, ms: number): Promise<string> => {
  await world.run(ms);
  return `${ms} ms pass`;
};

const restart = async (story: Story, device: SimDevice): Promise<void> => {
  await device.start();
  await device.room.whenLoaded();
  noteClient(story, device);
};

/** Two runs under one client would write different things under one id. */
const noteClient = ({ clients }: Story, { name, room }: SimDevice): void => {
  if (clients.has(room.doc.clientID)) throw new Error(`${name} goes on as a client of before`);
  clients.add(room.doc.clientID);
};

const reunite = async (story: Story): Promise<void> => {
  const { world } = story;
  world.network.setFaults({ minDelayMs: 5, maxDelayMs: 40, loss: 0, duplication: 0 });
  for (const device of world.devices) {
    device.store.isFull = false;
    device.thaw();
    device.spare();
    if (!device.isRunning) await restart(story, device);
    await device.room.whenLoaded();
  }
  for (const device of world.devices) device.online();
  world.heal();
};
