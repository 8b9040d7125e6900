import { AuthorView } from "./author-view.js";
import { Gatekeeper } from "./gatekeeper.js";
import { joinStructs } from "./join-structs.js";
import { limits } from "./limits.js";
import { placeImport } from "./place-import.js";
import { readUpdate } from "./read-update.js";
import { Refusal, refuse } from "./refusal.js";
import type { RootKind } from "./type-kinds.js";
import type { Accepted, Candidate, ImportCandidate, RefusalReason, StateVector, Verdict } from "./verdict.js";
import type { WireStruct, WireUpdate } from "./wire-update.js";
import { writeSlices, writeUpdate } from "./write-update.js";

/** How a gate begins. */
export interface GateOptions {
  /**
   * The root types that the app uses, by name. Given, any other name is refused, and contents must suit the kind;
   * default: any root may hold anything.
   */
  readonly roots?: Readonly<Record<string, RootKind>>;
  /** What another gate's `encodeState` returned, from a source that is trusted. Default: an empty document. */
  readonly state?: Uint8Array;
  /** What was accepted on top of `state`: the `bytes` of those verdicts. */
  readonly updates?: readonly Uint8Array[];
}

/** Judges untrusted updates of one document, in an order in which every update comes after its causes. */
export interface Gate {
  /** Judges an author's update. Changes nothing, never throws. */
  check(candidate: Candidate): Verdict;
  /** Judges an author's update and, if it is sound, makes it part of what later ones are judged against. Never throws. */
  admit(candidate: Candidate): Verdict;
  /** Like `admit` for what existed before or elsewhere. Takes time in proportion to the document. */
  admitImport(candidate: ImportCandidate): Verdict;
  /** What was admitted: the clock that each client's next struct gets. */
  vector(): Map<number, number>;
  /**
   * What was admitted, in a form that keeps the structure of deleted content: only this form makes a gate that judges
   * as this one. Equal bytes wherever the same updates were admitted.
   */
  encodeState(): Uint8Array;
  /** Lets go of the document. Everything is refused afterwards. */
  close(): void;
}

/** Makes a gate for one document. Throws what Yjs throws if `state` or `updates` are not sound. */
export const createGate = (options: GateOptions = {}): Gate => new InlineGate(options);

const ownLimits = { maxStructs: limits.maxStructs, maxSubdocuments: limits.maxSubdocuments };
const importLimits = { maxStructs: limits.maxImportStructs, maxSubdocuments: limits.maxImportSubdocuments };

class InlineGate implements Gate {
  readonly #roots: Readonly<Record<string, RootKind>> | undefined;
  #gatekeeper: Gatekeeper;
  #broken = false;

  constructor({ roots, state, updates = [] }: GateOptions) {
    this.#roots = roots;
    this.#gatekeeper = this.#makeGatekeeper();
    if (state) this.#gatekeeper.load(state);
    for (const update of updates) this.#gatekeeper.apply(update);
  }

  check(candidate: Candidate): Verdict {
    return this.#judge(() => this.#check(candidate));
  }

  admit(candidate: Candidate): Verdict {
    return this.#judge(() => {
      const accepted = this.#check(candidate);
      this.#apply(accepted.bytes);
      return accepted;
    });
  }

  admitImport(candidate: ImportCandidate): Verdict {
    return this.#judge(() => {
      this.#checkReady(candidate.deps);
      const { wire, bytes = writeUpdate(wire) } = readUpdate(
        candidate.update,
        candidate.version,
        importLimits,
      );
      // On a copy: unlike an author's, an import's neighbours can only be compared once its structs are placed.
      const copy = this.#makeGatekeeper();
      copy.load(this.#gatekeeper.encode());
      const cost = placeImport(wire, copy, candidate, this.#isRootAllowed);
      if (copy.isPending) refuse("broken");
      this.#gatekeeper.doc.destroy();
      this.#gatekeeper = copy;
      return { ok: true, bytes, cost, slices: [bytes] };
    });
  }

  vector(): Map<number, number> {
    return this.#gatekeeper.vector();
  }

  encodeState(): Uint8Array {
    return this.#gatekeeper.encode();
  }

  close(): void {
    this.#broken = true;
    this.#gatekeeper.doc.destroy();
  }

  #judge(act: () => Accepted): Verdict {
    if (this.#broken) return refused("broken");
    try {
      return act();
    } catch (error) {
      return refused(error instanceof Refusal ? error.reason : "broken");
    }
  }

  #check({ update, version, client, clock, deps }: Candidate): Accepted {
    const gatekeeper = this.#gatekeeper;
    this.#checkReady(deps);
    if (gatekeeper.clockOf(client) !== clock) refuse("clock-mismatch");
    const { wire, bytes: read } = readUpdate(update, version, ownLimits);
    const [own, ...others] = wire.clients;
    if (others.length > 0 || (own && own.client !== client)) refuse("foreign-client");
    if (own && own.clock !== clock) refuse("clock-mismatch");

    const isKnown = (of: number, at: number): boolean => of === client || at < (deps.get(of) ?? 0);
    const view = new AuthorView(gatekeeper, { client, clock }, isKnown, this.#isRootAllowed);
    const structs = own?.structs ?? [];
    const areElements = structs.map((struct) => view.place(struct));
    const end = structs.reduce((sum, struct) => sum + struct.length, clock);
    checkDeletions(wire, (of) => (of === client ? end : (deps.get(of) ?? 0)));

    const joined = joinStructs(structs, (index) => areElements[index] === true);
    const clients = own ? [{ ...own, structs: joined }] : [];
    const bytes = read && joined === structs ? read : writeUpdate({ clients, deletions: wire.deletions });
    const cost = view.cost + wire.deletions.reduce((sum, { ranges }) => sum + ranges.length, 0);
    return { ok: true, bytes, cost, slices: sliceUpdate(joined, wire.deletions, bytes, view.cost) };
  }

  #checkReady(deps: StateVector): void {
    for (const [client, known] of deps) if (known > this.#gatekeeper.clockOf(client)) refuse("not-ready");
  }

  /** Of what was judged sound nothing may be left over; if it is, nobody can tell any more what the document holds. */
  #apply(bytes: Uint8Array): void {
    this.#broken = true;
    this.#gatekeeper.apply(bytes);
    if (this.#gatekeeper.isPending) refuse("broken");
    this.#broken = false;
  }

  #makeGatekeeper(): Gatekeeper {
    return new Gatekeeper(this.#roots ?? {});
  }

  readonly #isRootAllowed = (name: string): boolean => !this.#roots || Object.hasOwn(this.#roots, name);
}

/** Nobody deletes what he does not know: it would erase what others are still to write. */
const checkDeletions = ({ deletions }: WireUpdate, knownClock: (client: number) => number): void => {
  for (const { client, ranges } of deletions) {
    const last = ranges.at(-1);
    if (last && last.clock + last.length > knownClock(client)) refuse("future-delete");
  }
};

/** One slice, the whole, when that is no burden. */
const sliceUpdate = (
  structs: readonly WireStruct[],
  deletions: WireUpdate["deletions"],
  whole: Uint8Array,
  cost: number,
): readonly Uint8Array[] => {
  const pieces = Math.ceil(Math.max(cost / limits.sliceCost, structs.length / limits.sliceStructs));
  const ranges = deletions.reduce((sum, each) => sum + each.ranges.length, 0);
  if (pieces <= 1 && ranges <= limits.sliceDeleteRanges) return [whole];
  return writeSlices(structs, deletions, Math.ceil(structs.length / pieces), limits.sliceDeleteRanges);
};

const refused = (reason: RefusalReason): Verdict => ({ ok: false, reason });
