import type { PromisedTokens } from "./promised-tokens.js";
import type { SeededRandom } from "./seeded-random.js";
import type { SimDevice } from "./sim-device.js";
import type { SimStore } from "./sim-store.js";
import { settlePromises } from "./virtual-clock.js";
import type { World } from "./world.js";

/** What a story has to remember for its faults. */
export interface FaultScene {
  readonly world: World;
  readonly random: SeededRandom;
  readonly promised: PromisedTokens;
  /** By device. */
  readonly backups: Map<string, SimStore>;
  /** Somebody here may lie about what is stored. */
  readonly hasGuest: boolean;
}

type Fault = (scene: FaultScene, device: SimDevice) => Promise<string> | string;

const dayMs = 86_400_000;

const otherThan = ({ world, random }: FaultScene, device: SimDevice): SimDevice =>
  random.pick(world.devices.filter((each) => each !== device)) ?? device;

/** The disk goes, with what was promised of it alone. */
const losesDisk = async ({ random, promised, hasGuest }: FaultScene, device: SimDevice): Promise<void> => {
  promised.release(device, hasGuest ? 0 : device.room.state.saved.devices);
  if (random.chance(0.5)) device.crash();
  else await device.stop();
  // What was saved in its last moments went into that disk as well.
  await settlePromises();
  promised.release(device, 0);
};

/** Everything that can go wrong, each about as often. */
const faults: readonly Fault[] = [
  (_scene, device) => {
    device.offline();
    return `${device.name} goes offline`;
  },
  (_scene, device) => {
    device.online();
    return `${device.name} comes online`;
  },
  (scene, device) => {
    const other = otherThan(scene, device);
    scene.world.network.break(device.name, other.name);
    return `the link ${device.name}-${other.name} breaks`;
  },
  (scene, device) => {
    const other = otherThan(scene, device);
    scene.world.network.cut(device.name, other.name, true);
    return `nothing gets from ${device.name} to ${other.name}`;
  },
  ({ world, random }) => {
    const side = world.devices.filter(() => random.chance(0.5));
    world.partition(side);
    return `${side.map(({ name }) => name).join(", ") || "nobody"} are parted from the others`;
  },
  ({ world }) => {
    world.heal();
    return "the network heals";
  },
  (_scene, device) => {
    device.crash();
    return `${device.name} crashes`;
  },
  async (_scene, device) => {
    await device.stop();
    return `${device.name} stops`;
  },
  ({ random }, device) => {
    const isWhole = random.chance(0.5);
    device.crashInAppend(isWhole);
    return `${device.name} will crash when it has ${isWhole ? "just stored" : "not yet stored"} something`;
  },
  ({ world, random }, device) => {
    const ms = random.between(5_000, 120_000);
    device.freeze();
    world.clock.setTimer(() => device.thaw(), ms);
    return `${device.name} sleeps for ${ms} ms`;
  },
  ({ random }, device) => {
    device.store.isFull = random.chance(0.6);
    return `${device.name}'s disk ${device.store.isFull ? "is full" : "has room"}`;
  },
  ({ random }, device) => {
    device.skewMs = random.between(-dayMs, dayMs);
    return `${device.name}'s clock is ${device.skewMs} ms ahead`;
  },
  ({ backups }, device) => {
    backups.set(device.name, device.store.copy());
    return `${device.name} makes a backup`;
  },
  async (scene, device) => {
    const backup = scene.backups.get(device.name);
    await losesDisk(scene, device);
    if (!backup) {
      device.wipe();
      return `${device.name} loses its disk`;
    }
    device.restore(backup);
    // What it writes before it hears of anybody must not be taken for what it wrote before.
    device.offline();
    return `${device.name} goes back to its backup, offline`;
  },
  async ({ world, promised }, device) => {
    const name = `${device.name}'`;
    if (world.devices.some((each) => each.name === name)) return `${device.name} is left alone`;
    const clone = await world.clone(device, name);
    await clone.room.whenLoaded();
    promised.write(clone, `${name}/first`);
    return `${device.name} is cloned`;
  },
];

/** Does something bad to a running device; says what. */
export const sufferSomehow = async (scene: FaultScene, device: SimDevice): Promise<string> =>
  (await scene.random.pick(faults)?.(scene, device)) ?? "nothing";
