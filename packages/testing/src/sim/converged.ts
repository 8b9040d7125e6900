import { createRoom, type Room } from "@manyhands/core";
import type * as Y from "yjs";
import { difference } from "./difference.js";
import { nodeSignatures } from "./node-signatures.js";
import type { SimDevice } from "./sim-device.js";
import type { World } from "./world.js";
import { worldRoom } from "./world-room.js";

/**
 * Throws unless all running devices have converged, seen several ways: the same canonical state, nothing pending in
 * Yjs, the same state when the room is reopened from its disk, and the same when it is rebuilt from its blocks alone.
 */
export const expectConverged = async (world: World): Promise<void> => {
  const running = world.devices.filter(({ isRunning }) => isRunning);
  const [first] = running;
  if (!first) return;
  for (const device of running) {
    expectSame(first.room.doc, device.room.doc, `${first.name} and ${device.name}`);
    expectNothingPending(device);
    await expectReopened(world, device);
  }
};

/** Throws if Yjs waits for what a block should have brought: blocks go in after all that they depend on, at any time. */
export const expectNothingPending = ({ name, room }: SimDevice): void => {
  const { store } = room.doc;
  if (store.pendingStructs || store.pendingDs) throw new Error(`${name}: Yjs holds back an update`);
};

const expectReopened = async (world: World, device: SimDevice): Promise<void> => {
  for (const store of [device.store, device.store.blocksAlone()]) {
    const random = world.random.fork();
    const copy: Room = createRoom({
      ...worldRoom,
      store,
      clock: world.clock,
      random,
      signatures: nodeSignatures(random),
    });
    await copy.whenLoaded();
    expectSame(device.room.doc, copy.doc, `${device.name} and itself from ${store.name}`);
    await copy.close();
  }
};

const expectSame = (a: Y.Doc, b: Y.Doc, who: string): void => {
  const found = difference(a, b);
  if (found) throw new Error(`${who} differ: ${found}`);
};
