import type { JournalId, RoomStore, SessionId, StoredBlock, StoredJournal } from "@manyhands/core";
import fc from "fast-check";

const id = (kind: string, number: number): string => `${kind}${number.toString(16)}`.padStart(32, "0");

/** The journal called `number`. */
export const journal = (number: number): JournalId => id("a", number) as JournalId;
/** The session called `number`. */
export const session = (number: number): SessionId => id("b", number) as SessionId;

/** A block whose bytes follow from where it belongs, so that every copy of it is alike. */
export const block = (
  writer: number,
  seq: number,
  size: number = 1 + ((writer * 31 + seq * 7) % 50),
): StoredBlock => ({
  session: session(writer),
  seq,
  bytes: Uint8Array.from({ length: size }, (_, at) => (writer * 101 + seq * 13 + at) & 255),
});

/** The blocks `from` to `to`, inclusive, of one chain. */
export const blocks = (writer: number, from: number, to: number): StoredBlock[] =>
  Array.from({ length: to - from + 1 }, (_, at) => block(writer, from + at));

/** Text that is equal exactly if the blocks are: cheap to compare, readable in a failure. */
export const show = (found: readonly StoredBlock[]): string[] =>
  found.map(({ session, seq, bytes }) => `${session.slice(-2)}/${seq}:${[...bytes].join(",")}`);

/** A loaded journal with sessions in a fixed order; the order within a session stays as it came. */
export const showJournal = ({
  state,
  tail,
}: StoredJournal): { state: number[] | undefined; tail: string[] } => ({
  state: state && [...state],
  tail: show(
    [...new Set(tail.map((one) => one.session))]
      .sort()
      .flatMap((of) => tail.filter((one) => one.session === of)),
  ),
});

type Operation =
  | { kind: "append"; tab: number; journal: number; runs: readonly Run[]; strict: boolean; both: boolean }
  | { kind: "state"; tab: number; journal: number; covers: readonly number[]; state: number }
  | { kind: "chain"; tab: number; journal: number; writer: number; from: number; maxBytes: number }
  | { kind: "load"; tab: number; journal: number }
  | { kind: "reopen"; tab: number };
type Run = { writer: number; from: number; count: number };

const small = (max: number) => fc.integer({ min: 0, max });
const runs: fc.Arbitrary<Run[]> = fc.array(
  fc.record({ writer: small(2), from: small(12), count: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 3 },
);
const at = { tab: small(1), journal: small(1) };

/** Anything that users of one part may do, from two tabs. */
export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("append" as const),
        ...at,
        runs,
        strict: fc.boolean(),
        both: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("state" as const),
        ...at,
        state: small(255),
        covers: fc.tuple(
          fc.integer({ min: -1, max: 14 }),
          fc.integer({ min: -1, max: 14 }),
          fc.integer({ min: -1, max: 14 }),
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("chain" as const),
        ...at,
        writer: small(2),
        from: small(14),
        maxBytes: small(120),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("load" as const), ...at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen" as const), tab: small(1) }) },
  ),
  { minLength: 1, maxLength: 20 },
);

/** What a store is, when nothing has to last. */
class Model {
  readonly #held = new Map<
    number,
    { found: Map<string, StoredBlock>; state?: number[]; covers: readonly number[] }
  >();

  of(journal: number): { found: Map<string, StoredBlock>; state?: number[]; covers: readonly number[] } {
    const known = this.#held.get(journal) ?? { found: new Map<string, StoredBlock>(), covers: [] };
    this.#held.set(journal, known);
    return known;
  }

  load(journal: number): { state: number[] | undefined; tail: string[] } {
    const { found, state, covers } = this.of(journal);
    const tail = [0, 1, 2].flatMap((writer) =>
      [...found.values()]
        .filter((one) => one.session === session(writer) && one.seq > (covers[writer] ?? -1))
        .sort((one, other) => one.seq - other.seq),
    );
    return { state, tail: show(tail) };
  }

  chain(journal: number, writer: number, from: number, maxBytes: number): string[] {
    const { found } = this.of(journal);
    const chain: StoredBlock[] = [];
    let total = 0;
    for (let seq = from; ; seq++) {
      const next = found.get(`${writer}/${seq}`);
      total += next?.bytes.length ?? 0;
      if (!next || (total > maxBytes && chain.length > 0)) return show(chain);
      chain.push(next);
    }
  }
}

/** Runs `script` on two tabs and on the model; `expectSame` throws where they differ. */
export const runAgainstModel = async (
  script: readonly Operation[],
  openTab: (tab: number) => Promise<RoomStore>,
  expectSame: (seen: unknown, wanted: unknown) => void,
): Promise<void> => {
  const tabs = [await openTab(0), await openTab(1)];
  const tab = (number: number): RoomStore => tabs[number] ?? neverOpened();
  const model = new Model();
  for (const step of script) {
    switch (step.kind) {
      case "append": {
        const given = step.runs.flatMap(({ writer, from, count }) => blocks(writer, from, from + count - 1));
        const durability = step.strict ? "strict" : "relaxed";
        const writers = step.both ? [0, 1] : [step.tab];
        await Promise.all(
          writers.map((one) => tab(one).append(journal(step.journal), given, { durability })),
        );
        const { found } = model.of(step.journal);
        for (const { writer, from, count } of step.runs)
          for (let seq = from; seq < from + count; seq++) found.set(`${writer}/${seq}`, block(writer, seq));
        break;
      }
      case "state": {
        const covers = new Map(
          step.covers.flatMap((seq, writer) => (seq < 0 ? [] : [[session(writer), seq] as const])),
        );
        await tab(step.tab).writeState(journal(step.journal), Uint8Array.of(step.state), covers);
        Object.assign(model.of(step.journal), { state: [step.state], covers: step.covers });
        break;
      }
      case "chain": {
        const chain = await tab(step.tab).readChain(
          journal(step.journal),
          session(step.writer),
          step.from,
          step.maxBytes,
        );
        expectSame(show(chain), model.chain(step.journal, step.writer, step.from, step.maxBytes));
        break;
      }
      case "load":
        expectSame(showJournal(await tab(step.tab).load(journal(step.journal))), model.load(step.journal));
        break;
      case "reopen":
        await tab(step.tab).close();
        tabs[step.tab] = await openTab(step.tab);
        break;
    }
  }
  for (const number of [0, 1])
    expectSame(showJournal(await tab(0).load(journal(number))), model.load(number));
  for (const writer of [0, 1, 2])
    expectSame(
      show(await tab(1).readChain(journal(0), session(writer), 0, 1e6)),
      model.chain(0, writer, 0, 1e6),
    );
  await Promise.all(tabs.map((open) => open.close()));
};

const neverOpened = (): never => {
  throw new Error("a tab that was never opened");
};
