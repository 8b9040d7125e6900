import type { ByteReader } from "./byte-reader.js";
import type { ElementId } from "./wire-update.js";

/** Where the fields of an update come from: the two encodings differ in this alone. */
export interface FieldSource {
  /** What is encoded alike in both: counts, clocks, values of "any", deletions. */
  readonly rest: ByteReader;
  readInfo(): number;
  readClient(): number;
  readLeftId(): ElementId;
  readRightId(): ElementId;
  readString(): string;
  readKey(): string;
  /** 1: the parent is a root type. */
  readParentInfo(): number;
  readTypeRef(): number;
  readLength(): number;
  /** The value of an embed or a format, as JSON text. */
  readJson(): string;
  /** Begins another client's deletions. */
  startDeletions(): void;
  readDeleteClock(): number;
  readDeleteLength(): number;
  /** Refuses what is left over. */
  end(): void;
}
