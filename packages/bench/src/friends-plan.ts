import * as Y from "yjs";
import { readFriends } from "./editing-histories.js";

/** A character by who wrote it: author 0 or 1, and the how-manieth character that author wrote, from 0. */
export type CharacterName = readonly [author: number, count: number];

/** One edit, said so that it means the same whatever else has arrived meanwhile. */
export interface AuthorEdit {
  /** Characters of the other author that have to be here before: what this author saw. */
  readonly needs: number;
  readonly erase: readonly CharacterName[];
  /** What is inserted goes behind this character; null for the beginning. */
  readonly behind: CharacterName | null;
  readonly insert: string;
}

export interface FriendsPlan {
  readonly endContent: string;
  /** Edits of author 0 and of author 1. Concurrent inserts at one place come out as recorded if author 0 has the smaller Yjs client. */
  readonly authors: readonly [readonly AuthorEdit[], readonly AuthorEdit[]];
}

/** Yjs clients of the two authors' replicas below: 1 and 2. */
const authorOf = (client: number): number => client - 1;

/** Replays the two authors, each from exactly what it had seen, and names the characters that every edit touches. */
export const planFriends = (): FriendsPlan => {
  const { txns, endContent } = readFriends();
  const docs = [createReplica(1), createReplica(2)] as const;
  const updates: [Uint8Array[], Uint8Array[]] = [[], []];
  const seen: [number, number] = [0, 0];
  const authors: [AuthorEdit[], AuthorEdit[]] = [[], []];
  const versions: (readonly [number, number])[] = [];
  for (const { agent, parents, patches } of txns) {
    const author = agent === 0 ? 0 : 1;
    const other = author === 0 ? 1 : 0;
    const version = [0, 1].map((of) => Math.max(0, ...parents.map((parent) => versions[parent]?.[of] ?? 0)));
    const seenEdits = version[other] ?? 0;
    const doc = docs[author];
    for (; seen[author] < seenEdits; seen[author]++) {
      const update = updates[other][seen[author]];
      if (update) Y.applyUpdate(doc, update);
    }
    const text = doc.getText("text");
    for (const [position, deleted, inserted] of patches) {
      const needs = Y.getState(doc.store, docs[other].clientID);
      const erase = Array.from({ length: deleted }, (_, at) => nameAt(text, position + at));
      authors[author].push({
        needs,
        erase,
        behind: position > 0 ? nameAt(text, position - 1) : null,
        insert: inserted,
      });
      updates[author].push(
        capture(doc, () => {
          text.delete(position, deleted);
          text.insert(position, inserted);
        }),
      );
    }
    const own = authors[author].length;
    versions.push(author === 0 ? [own, seenEdits] : [seenEdits, own]);
  }
  return { endContent, authors };
};

const createReplica = (client: number): Y.Doc => {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
};

const nameAt = (text: Y.Text, index: number): CharacterName => {
  const { item } = Y.createRelativePositionFromTypeIndex(text, index + 1, -1);
  if (!item) throw new RangeError(`no character at ${index}`);
  return [authorOf(item.client), item.clock];
};

const capture = (doc: Y.Doc, edit: () => void): Uint8Array => {
  const vector = Y.encodeStateVector(doc);
  const updates: Uint8Array[] = [];
  const onUpdate = (update: Uint8Array): void => {
    updates.push(update);
  };
  doc.on("update", onUpdate);
  doc.transact(edit);
  doc.off("update", onUpdate);
  return updates[0] ?? Y.encodeStateAsUpdate(doc, vector);
};
