import type { AuthorEdit, CharacterName } from "@manyhands/bench";
import * as Y from "yjs";

/** A run of one author's characters: they got consecutive clocks of one Yjs client. */
export interface WrittenRun {
  readonly fromCount: number;
  readonly client: number;
}

/** Plays one of the two authors of the recorded history into a live document. */
export class FriendsAuthor {
  readonly #doc: Y.Doc;
  readonly #edits: readonly AuthorEdit[];
  /** Where both authors' characters are. Own runs grow here; the other's are told. */
  readonly #runs: [WrittenRun[], WrittenRun[]];
  readonly #author: 0 | 1;
  #written = 0;
  #next = 0;

  constructor(doc: Y.Doc, author: 0 | 1, edits: readonly AuthorEdit[], runs: [WrittenRun[], WrittenRun[]]) {
    this.#doc = doc;
    this.#author = author;
    this.#edits = edits;
    this.#runs = runs;
  }

  get done(): number {
    return this.#next;
  }

  get written(): number {
    return this.#written;
  }

  get runs(): [WrittenRun[], WrittenRun[]] {
    return this.#runs;
  }

  /** Continues a history that was begun before a reload. */
  resume(done: number, written: number, runs: readonly [readonly WrittenRun[], readonly WrittenRun[]]): void {
    this.#next = done;
    this.#written = written;
    this.#runs[0] = [...runs[0]];
    this.#runs[1] = [...runs[1]];
  }

  /** The other author's characters from now on are found there. */
  setOtherRuns(runs: WrittenRun[]): void {
    this.#runs[this.#author === 0 ? 1 : 0] = runs;
  }

  /** From here on own characters are written under this client. */
  beginRun(client: number): WrittenRun[] {
    this.#runs[this.#author].push({ fromCount: this.#written, client });
    return this.#runs[this.#author];
  }

  /** Types until `upTo` edits are done, waiting for what they need; gives up after `patienceMs` without progress. */
  async typeUntil(upTo: number, patienceMs: number): Promise<number> {
    for (let idleMs = 0; this.#next < upTo && idleMs < patienceMs; ) {
      const before = this.#next;
      await this.#type(upTo);
      await new Promise((resolve) => setTimeout(resolve, 5));
      idleMs = this.#next > before ? 0 : idleMs + 5;
    }
    return this.#next;
  }

  /** Makes edits, each a transaction, until `upTo` are done or one needs what has not come yet; yields now and then. */
  async #type(upTo: number): Promise<void> {
    for (let sinceYield = 0; this.#next < Math.min(upTo, this.#edits.length); sinceYield++) {
      const edit = this.#edits[this.#next];
      if (!edit || !this.#make(edit)) break;
      this.#next++;
      if (sinceYield % 50 === 49) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** False while something that the author had seen is not here. */
  #make({ needs, erase, behind, insert }: AuthorEdit): boolean {
    const other = this.#author === 0 ? 1 : 0;
    if (needs > 0 && !this.#find([other, needs - 1])) return false;
    const text = this.#doc.getText("text");
    this.#doc.transact(() => {
      for (const name of erase) {
        const id = this.#find(name);
        if (!id || Y.getItem(this.#doc.store, id).deleted) continue;
        text.delete(this.#indexBehind(id) - 1, 1);
      }
      const id = behind && this.#find(behind);
      if (insert) text.insert(id ? this.#indexBehind(id) : 0, insert);
    });
    this.#written += insert.length;
    return true;
  }

  /** The Yjs id of a character, if it has come. */
  #find([author, count]: CharacterName): Y.ID | undefined {
    const runs = this.#runs[author === 0 ? 0 : 1];
    const run = runs.filter(({ fromCount }) => fromCount <= count).at(-1);
    if (!run) return undefined;
    const clock = count - run.fromCount;
    return clock < Y.getState(this.#doc.store, run.client) ? Y.createID(run.client, clock) : undefined;
  }

  #indexBehind(id: Y.ID): number {
    const position = new Y.RelativePosition(null, null, id, -1);
    return Y.createAbsolutePositionFromRelativePosition(position, this.#doc)?.index ?? 0;
  }
}
