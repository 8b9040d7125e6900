import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Position, count of deleted characters, inserted text. Positions count characters; neither history leaves the BMP. */
export type Patch = readonly [position: number, deleted: number, inserted: string];

/** One author's history. */
export interface PaperHistory {
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly Patch[] }[];
}

/** Two authors' history: an edit starts from the merge of its parents. */
export interface FriendsHistory {
  readonly endContent: string;
  readonly txns: readonly {
    readonly parents: readonly number[];
    readonly agent: number;
    readonly patches: readonly Patch[];
  }[];
}

const read = (file: string): unknown =>
  JSON.parse(gunzipSync(readFileSync(new URL(`../data/${file}`, import.meta.url))).toString("utf8"));

/** 259,778 edits of one author. */
export const readPaper = (): PaperHistory => read("automerge-paper.json.gz") as PaperHistory;

/** 26,078 edits of two authors at once. */
export const readFriends = (): FriendsHistory => read("friendsforever.json.gz") as FriendsHistory;
