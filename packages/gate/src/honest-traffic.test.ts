import { expect, test } from "vitest";
import * as Y from "yjs";
import { createGate } from "./gate.js";
import { keepPure } from "./pure-doc.js";
import { canonicalState, runHonestSession, shuffleCausally } from "./testing/honest-session.js";
import { scaleOf } from "./testing/scale.js";
import { SeededRandom } from "./testing/seeded-random.js";

const { seed: firstSeed, count: blockCount } = scaleOf(3_000);

test(`nothing honest is refused: ${blockCount} blocks from seed ${firstSeed}`, { timeout: 3_600_000 }, () => {
  let blocks = 0;
  let seed = firstSeed;
  for (; blocks < blockCount; seed++) {
    const session = runHonestSession(seed, seed % 10 === 0 ? 300 : 60);
    blocks += session.blocks.length;
    expect(session.refused, `seed ${seed}`).toEqual([]);
    const states = new Set(session.authors.map(({ doc }) => canonicalState(doc)));

    const random = new SeededRandom(seed);
    const forms = new Set([Buffer.from(session.gate.encodeState()).toString("base64")]);
    for (let order = 0; order < 2; order++) {
      const gate = createGate();
      const app = new Y.Doc();
      keepPure(app);
      for (const block of shuffleCausally(session.blocks, session.authors.length, random)) {
        const verdict = gate.admit(block.candidate);
        if (!verdict.ok) expect.fail(`seed ${seed}: refused in another order: ${verdict.reason}`);
        for (const slice of verdict.slices) Y.applyUpdate(app, slice);
      }
      states.add(canonicalState(app));
      forms.add(Buffer.from(gate.encodeState()).toString("base64"));
    }
    expect(states.size, `seed ${seed}: replicas`).toBe(1);
    expect(forms.size, `seed ${seed}: gates`).toBe(1);
  }
  console.log(`honest traffic: ${blocks} blocks, seeds ${firstSeed} to ${seed - 1}, 0 refused`);
});
