import { canonicalState } from "@manyhands/core";
import { expectConverged, type SimDevice, World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
afterEach(async () => {
  await world.close();
});

const rich = ({ room }: SimDevice) => room.doc.getText("rich");

test.each([1, 2, 3, 4])(
  "concurrent formatting leaves the same canonical state everywhere, readers included (world %i)",
  async (seed) => {
    world = new World({ seed });
    const writers = [await world.device("a"), await world.device("b"), await world.device("c")];
    const reader = await world.device("reader");
    rich(writers[0] as SimDevice).insert(0, "the quick brown fox jumps over the lazy dog");
    await world.settle();
    const { random } = world;
    for (let round = 0; round < 20; round++) {
      for (const writer of writers) {
        const text = rich(writer);
        const from = random.between(0, text.length - 2);
        const length = random.between(1, Math.min(12, text.length - from));
        if (random.chance(0.3)) text.delete(from, length);
        else
          text.format(from, length, {
            [random.chance(0.5) ? "bold" : "em"]: random.chance(0.6) ? true : null,
          });
        if (random.chance(0.4)) text.insert(from, "and ", random.chance(0.5) ? { bold: true } : {});
      }
      await world.run(random.between(1, 120));
    }
    const log = new FrameLog(world.network);
    await world.settle();
    // What a reader gets it never answers with edits of its own.
    expect(log.of("blocks").filter(({ from }) => from === "reader")).toEqual([]);
    for (const { room } of writers) expect(canonicalState(room.doc)).toEqual(canonicalState(reader.room.doc));
    await expectConverged(world);
  },
);
