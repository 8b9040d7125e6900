import { expect, test, vi } from "vitest";
import * as Y from "yjs";
import { createGate } from "./gate.js";
import { keepPure } from "./pure-doc.js";
import type { Block } from "./testing/author.js";
import { canonicalState, runHonestSession, shuffleCausally } from "./testing/honest-session.js";
import { mutate } from "./testing/mutate.js";
import { scaleOf } from "./testing/scale.js";
import { SeededRandom } from "./testing/seeded-random.js";

const { seed: firstSeed, count: mutantCount } = scaleOf(1_000);
const mutantsPerSession = 25;

/** Without what the author of `mutant` wrote from there on, and without all that rests on it; with the mutant. */
const replaceWith = (mutant: Block, blocks: readonly Block[]): Block[] => {
  const cut = mutant.frontier[mutant.author] ?? 0;
  const rest = blocks.filter(
    (each) => (each.frontier[mutant.author] ?? 0) + (each.author === mutant.author ? 1 : 0) <= cut,
  );
  return [...rest, mutant];
};

/** What one replica makes of it: a gate, and an app's document with ordinary collection. */
const replay = (blocks: readonly Block[], mutant: Block) => {
  const gate = createGate();
  const app = new Y.Doc();
  keepPure(app);
  let verdict = "missing";
  for (const block of blocks) {
    const judged = gate.admit(block.candidate);
    if (block === mutant) verdict = judged.ok ? "ok" : judged.reason;
    else if (!judged.ok) throw new Error(`an honest block was refused: ${judged.reason}`);
    if (judged.ok) for (const slice of judged.slices) Y.applyUpdate(app, slice);
  }
  const reloaded = createGate({ state: gate.encodeState() });
  return {
    verdict,
    state: canonicalState(app),
    form: Buffer.from(gate.encodeState()).toString("base64"),
    reloaded: Buffer.from(reloaded.encodeState()).toString("base64"),
    isPending: app.store.pendingStructs !== null || app.store.pendingDs !== null,
    json: jsonOf(app),
  };
};

/** As the app reads it; keys of maps come in the order of arrival and are sorted. */
const jsonOf = (doc: Y.Doc): string => {
  const types = [doc.getText("text"), doc.getText("rich"), doc.getArray("array"), doc.getMap("map")];
  const sorted = (_: string, value: unknown): unknown => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(
    types.map((type) => type.toJSON()),
    sorted,
  );
};

test(`mutants do no harm: ${mutantCount} from seed ${firstSeed}`, { timeout: 3_600_000 }, () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const verdicts = new Map<string, number>();
  let done = 0;
  for (let seed = firstSeed; done < mutantCount; seed++) {
    const session = runHonestSession(seed, 12 + (seed % 20));
    for (let number = 0; number < mutantsPerSession && done < mutantCount; number++, done++) {
      const label = `seed ${seed} mutant ${number}`;
      const random = new SeededRandom(seed * 1_000 + number);
      const honest = random.pickAny(session.blocks);
      if (!honest) continue;
      const mutant: Block = { ...honest, candidate: mutate(honest.candidate, random) };
      const blocks = replaceWith(mutant, session.blocks);
      const results = [0, 1, 2].map(() => {
        try {
          return replay(shuffleCausally(blocks, session.authors.length, random), mutant);
        } catch (error) {
          return expect.fail(`${label}: ${error instanceof Error ? error.stack : error}`);
        }
      });
      const [first] = results;
      for (const result of results) {
        expect(result, label).toEqual(first);
        expect(result.reloaded, `${label}: reload`).toBe(result.form);
        expect(result.isPending, label).toBe(false);
        expect(result.verdict, label).not.toMatch(/broken|not-ready|missing/);
      }
      verdicts.set(first?.verdict ?? "", (verdicts.get(first?.verdict ?? "") ?? 0) + 1);
    }
  }
  told.mockRestore();
  console.log(
    `mutants: ${done} from seed ${firstSeed}`,
    Object.fromEntries([...verdicts].sort((a, b) => b[1] - a[1])),
  );
});
