import type { ManyhandsError } from "../errors.js";
import type { JournalId, SessionId } from "../ids.js";
import type { SigningKeys } from "./signatures.js";

/** A sealed block as a store sees it: where it belongs, and bytes. */
export interface StoredBlock {
  readonly session: SessionId;
  /** Position in the session's chain in this journal, from 0. */
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What a store holds of a journal that is needed to open its document. */
export interface StoredJournal {
  /** The newest local state, as given to `writeState`. */
  readonly state: Uint8Array | undefined;
  /**
   * Every block that this state does not cover, each session's in order of `seq`, none twice. A later state that covers
   * less (two tabs write in turn) brings blocks back; a covered block that comes late is not here, but can be read.
   */
  readonly tail: readonly StoredBlock[];
}

/** Whether what the store held before is still there. */
export type StoreHealth =
  /** Nothing was ever here. */
  | "new"
  /** Opened as it was left. */
  | "intact"
  /** Data was here and is gone (an eviction, a corruption that the browser mended by deleting). */
  | "lost";

export interface AppendOptions {
  /** `strict`: resolve when the disk has it (one's own blocks). `relaxed`: when the system has it (others can resend theirs). */
  readonly durability: "strict" | "relaxed";
}

/**
 * One room's part of a store.
 *
 * Laws: a resolved `append` survives a crash of the process, and one `append` is there whole or not at all; a block
 * that is already there (same journal, session, seq) is not stored again; several tabs may use the same part at once;
 * values given and taken belong to the receiver; every rejection is a `ManyhandsError` of code `storage-failed`, `storage-blocked`
 * or `closed`, after which the caller may go on with other calls.
 */
export interface RoomStore {
  readonly health: StoreHealth;
  /** False when what it holds ends with the process. */
  readonly durable: boolean;
  /** The device's keys in this room: those kept here, else those that `create` makes, kept from now on. Of two tabs that ask at once both get the same. */
  deviceKeys(create: () => Promise<SigningKeys>): Promise<SigningKeys>;
  append(journal: JournalId, blocks: readonly StoredBlock[], options: AppendOptions): Promise<void>;
  load(journal: JournalId): Promise<StoredJournal>;
  /**
   * Blocks of one chain from `fromSeq` on, in order, without gaps, whether a state covers them or not: as many as fit
   * in `maxBytes`, at least one if there is one.
   */
  readChain(
    journal: JournalId,
    session: SessionId,
    fromSeq: number,
    maxBytes: number,
  ): Promise<readonly StoredBlock[]>;
  /**
   * Keeps `state` in place of any earlier one; blocks up to `covers` (session → highest seq, inclusive) leave the tail,
   * stay readable by `readChain`, and are packed into few records. The change is whole or not at all.
   */
  writeState(journal: JournalId, state: Uint8Array, covers: ReadonlyMap<SessionId, number>): Promise<void>;
  /** The journals of which anything is held. */
  journals(): Promise<readonly JournalId[]>;
  /** Waits for what is under way, then releases everything. Idempotent. */
  close(): Promise<void>;
}

export interface StoreEvents {
  /** Something went wrong that no pending call reports: the browser closed the database, another version wants in. */
  onProblem(problem: ManyhandsError): void;
}

/** Where a device keeps blocks and keys. Laws: nothing happens before `open`; parts of different names never meet. */
export interface Store {
  /** `indexeddb`, `memory`, …: shown to people. */
  readonly name: string;
  /** Opens, or makes, the part called `name` (base64url). Rejects with code `storage-blocked` where storage is forbidden, `unsupported` where there is none. */
  open(name: string, events: StoreEvents): Promise<RoomStore>;
}
