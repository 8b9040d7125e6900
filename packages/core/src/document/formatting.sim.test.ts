import { canonicalState } from "@manyhands/core";
import { expectConverged, type SimDevice, World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
afterEach(async () => {
  await world.close();
});

const rich = ({ room }: SimDevice) => room.doc.getText("rich");

test.each([1, 2, 3])(
  "concurrent formatting leaves the same canonical state everywhere, readers included (world %i)",
  async (seed) => {
    world = new World({ seed, faults: { minDelayMs: 200, maxDelayMs: 600, loss: 0, duplication: 0 } });
    const writers = [await world.device("a"), await world.device("b"), await world.device("c")];
    const reader = await world.device("reader");
    const keeper = await world.device("keeper");
    // Yjs tidies only what the app has asked for as a text: the reader's would be, the keeper's not.
    rich(reader);
    for (const writer of writers) rich(writer).insert(0, "the quick brown fox");
    await world.settle();
    const log = new FrameLog(world.network);
    const { random } = world;
    for (let round = 0; round < 40; round++) {
      for (const writer of writers) {
        const text = rich(writer);
        const from = random.between(0, text.length - 2);
        const length = random.between(1, Math.min(8, text.length - from));
        const bold = { bold: random.chance(0.5) ? true : null };
        if (random.chance(0.25)) text.delete(from, length);
        else if (random.chance(0.3)) text.insert(from, "and ", bold);
        else text.format(from, length, bold);
      }
      await world.run(random.between(20, 300));
    }
    await world.settle();
    // A reader writes nothing, whatever it is shown.
    expect(log.of("blocks").filter(({ from }) => from === "reader")).toEqual([]);
    for (const { room } of [...writers, reader])
      expect(canonicalState(room.doc)).toEqual(canonicalState(keeper.room.doc));
    await expectConverged(world);
  },
);
