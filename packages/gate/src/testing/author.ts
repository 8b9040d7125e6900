import * as Y from "yjs";
import { keepAdjacent, keepPure } from "../pure-doc.js";
import type { Candidate } from "../verdict.js";
import { encodeSince } from "./encode-since.js";
import type { SeededRandom } from "./seeded-random.js";
import { rootsOf, writeHonestly } from "./write-honestly.js";

/** An update and what has to be there before it. */
export interface Block {
  readonly candidate: Candidate;
  /** Index of the author in the session. */
  readonly author: number;
  /** Blocks of each author that the author had. */
  readonly frontier: readonly number[];
}

/** Somebody who edits a document, undoes, and packs what he wrote into blocks. */
export class Author {
  readonly doc: Y.Doc = new Y.Doc();
  readonly index: number;
  /** Blocks of each author that are in the document. */
  readonly frontier: number[];
  readonly #undo: Y.UndoManager;
  #clock = 0;
  #deletions: ReturnType<typeof Y.createDeleteSet>[] = [];

  constructor(index: number, count: number, client: number, options: { readonly mend: boolean }) {
    this.index = index;
    this.frontier = new Array(count).fill(0);
    this.doc.clientID = client;
    keepPure(this.doc);
    if (options.mend) keepAdjacent(this.doc);
    this.#undo = new Y.UndoManager(rootsOf(this.doc), {
      trackedOrigins: new Set([this]),
      captureTimeout: 0,
      doc: this.doc,
    });
    this.doc.on("afterTransaction", (transaction) => {
      if (transaction.local && transaction.deleteSet.clients.size > 0)
        this.#deletions.push(transaction.deleteSet);
    });
  }

  /** Begins as somebody who opens the app again: with a stored state, as a new client. */
  startFrom(other: Author): void {
    Y.applyUpdateV2(this.doc, Y.encodeStateAsUpdateV2(other.doc), "stored");
    for (const [index, count] of other.frontier.entries()) this.frontier[index] = count;
  }

  /** Edits, and returns the block; undefined if nothing came of it. */
  write(random: SeededRandom): Block | undefined {
    const deps = new Map(
      [...this.doc.store.clients.keys()].map((client) => [client, Y.getState(this.doc.store, client)]),
    );
    deps.delete(this.doc.clientID);
    const transactions = random.chance(0.6) ? 1 : 1 + random.below(6);
    for (let left = transactions; left > 0; left--) this.#act(random);
    const deletions = Y.mergeDeleteSets(this.#deletions);
    const end = Y.getState(this.doc.store, this.doc.clientID);
    if (end === this.#clock && deletions.clients.size === 0) return undefined;
    const version = transactions === 1 ? 1 : 2;
    const update = encodeSince(this.doc, this.#clock, deletions, version);
    const candidate: Candidate = { update, version, client: this.doc.clientID, clock: this.#clock, deps };
    this.#clock = end;
    this.#deletions = [];
    const block = { candidate, author: this.index, frontier: [...this.frontier] };
    this.frontier[this.index] = (this.frontier[this.index] ?? 0) + 1;
    return block;
  }

  receive(block: Block, bytes: Uint8Array): void {
    Y.applyUpdate(this.doc, bytes, "remote");
    this.frontier[block.author] = (this.frontier[block.author] ?? 0) + 1;
  }

  #act(random: SeededRandom): void {
    const dice = random.next();
    if (dice < 0.12) this.#undo.undo();
    else if (dice < 0.18) this.#undo.redo();
    else if (dice < 0.2) this.#undoIntoRestored(random);
    else {
      this.doc.transact(() => {
        for (let left = 1 + (random.chance(0.2) ? random.below(5) : 0); left > 0; left--)
          writeHonestly(this.doc, random);
      }, this);
    }
  }

  /** Where Yjs's undo needs mending: a deletion is undone in a type that was deleted and restored meanwhile. */
  #undoIntoRestored(random: SeededRandom): void {
    const array = this.doc.getArray<unknown>("array");
    const at = random.below(array.length + 1);
    const change = (act: (inner: Y.Array<unknown>) => void): void => {
      const inner = array.get(at);
      if (inner instanceof Y.Array) this.doc.transact(() => act(inner), this);
    };
    this.doc.transact(() => array.insert(at, [Y.Array.from(["a", "b", "c"])]), this);
    change((inner) => inner.delete(1));
    this.doc.transact(() => array.delete(at), this);
    this.#undo.undo();
    change((inner) => inner.insert(random.below(3), ["x"]));
    this.#undo.undo();
    this.#undo.undo();
  }
}
