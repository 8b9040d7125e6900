import { afterEach, expect, test } from "vitest";
import { expectConverged } from "./converged.js";
import { World } from "./world.js";

let world: World;
afterEach(async () => {
  await world.close();
});

test("two devices write into one text", async () => {
  world = new World();
  const a = await world.device("a");
  const b = await world.device("b");
  a.type("Hello ");
  b.type("world");
  await world.settle();
  expect(a.text).toHaveLength(11);
  expect(b.text).toBe(a.text);
  await expectConverged(world);
});
