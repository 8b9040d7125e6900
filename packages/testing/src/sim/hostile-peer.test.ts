import type { LogLevel } from "@manyhands/core";
import { afterEach, expect, test } from "vitest";
import { HostilePeer } from "../../test/hostile-peer.js";
import { expectConverged } from "./converged.js";
import { World } from "./world.js";

let world: World;
afterEach(async () => {
  await world.close();
});

test("a hostile member is heard, refused, cut off and comes again; the others write on", async () => {
  const logged: string[] = [];
  const log = (_level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    logged.push(`${event} ${JSON.stringify(fields)}`);
  };
  world = new World({ seed: 5, room: { logger: { log } } });
  const [ada, ben] = [await world.device("ada"), await world.device("ben")];
  const guest = new HostilePeer(world);
  for (let step = 0; step < 300; step++) {
    await guest.act();
    if (step % 30 === 0) (step % 60 === 0 ? ada : ben).type(`${step} `);
    await world.run(200);
  }
  guest.leave();
  await world.settle();
  await expectConverged(world);
  expect(ada.text).toContain("270 ");
  expect(ada.text).toContain("guest ");
  const all = logged.join("\n");
  for (const refusal of ["malformed", "foreign", "bad-signature", "bad-certificate"])
    expect(all).toMatch(new RegExp(`blocks-refused .*"${refusal}"`));
  expect(all).toContain("misbehaved");
});
