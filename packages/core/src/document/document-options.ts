import type * as Y from "yjs";
import type { PeerId } from "../ids.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { AcceptedBlock, Journal, Refusal } from "../journal/journal.js";
import type { Session } from "../journal/session.js";
import type { StoreGuard } from "../journal/store-guard.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { RoomKeys } from "../sealing/room-keys.js";

/** What a document tells the room. */
export interface DocumentEvents {
  /** Own blocks, stored if the store works, with edits that were made from `since` on, ms since 1970. */
  onWritten(blocks: readonly SealedBlock[], since: number): void;
  /** Blocks that `from` sent were taken and are in the doc. */
  onAccepted(blocks: readonly AcceptedBlock[], from: PeerId): void;
  /** … and now they are in the store as well. */
  onStored(blocks: readonly AcceptedBlock[]): void;
  onRefused(refused: readonly Refusal[], from: PeerId): void;
  /** Something that `from` sent waits for blocks nobody sent yet. */
  onIncomplete(from: PeerId): void;
  onChange(): void;
}

export interface DocumentOptions {
  readonly doc: Y.Doc;
  readonly journal: Journal;
  readonly store: StoreGuard;
  readonly session: Session;
  readonly keys: RoomKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly events: DocumentEvents;
}
