import type { JournalId, SessionId, StoredBlock } from "@manyhands/core";

/** A record: the blocks `from` to `to` (inclusive, without gaps) of one chain, packed. */
export interface BlockRun {
  readonly journal: JournalId;
  readonly session: SessionId;
  readonly from: number;
  readonly to: number;
  /** The length of every block as a 32-bit little-endian number, then the blocks. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

const lengthBytes = 4;

/** Packs blocks of any order (no block twice) into the fewest runs without gaps whose records stay within `maxBytes`. */
export const packRuns = (
  journal: JournalId,
  blocks: readonly StoredBlock[],
  maxBytes: number,
): BlockRun[] => {
  const inOrder = [...blocks].sort((one, other) =>
    one.session < other.session ? -1 : one.session > other.session ? 1 : one.seq - other.seq,
  );
  const runs: BlockRun[] = [];
  let run: StoredBlock[] = [];
  let size = 0;
  for (const block of inOrder) {
    const last = run.at(-1);
    const adds = lengthBytes + block.bytes.length;
    const follows = last?.session === block.session && last.seq + 1 === block.seq;
    if (last && (!follows || size + adds > maxBytes)) {
      runs.push(packRun(journal, run));
      run = [];
      size = 0;
    }
    run.push(block);
    size += adds;
  }
  if (run.length > 0) runs.push(packRun(journal, run));
  return runs;
};

/** The bytes that blocks take in one record. */
export const runBytes = (blocks: readonly StoredBlock[]): number =>
  blocks.reduce((sum, { bytes }) => sum + lengthBytes + bytes.length, 0);

const packRun = (journal: JournalId, blocks: readonly StoredBlock[]): BlockRun => {
  const [first] = blocks;
  if (!first) throw new RangeError("a run holds at least one block");
  const packed = new Uint8Array(runBytes(blocks));
  const view = new DataView(packed.buffer);
  let at = blocks.length * lengthBytes;
  blocks.forEach(({ bytes }, index) => {
    view.setUint32(index * lengthBytes, bytes.length, true);
    packed.set(bytes, at);
    at += bytes.length;
  });
  return { journal, session: first.session, from: first.seq, to: first.seq + blocks.length - 1, packed };
};

/**
 * Reads a record that may be damaged: its blocks, or `undefined` if anything about it is not as `packRuns` made it.
 * The blocks share the record's memory: copy what is given away.
 */
export const unpackRun = (record: unknown): StoredBlock[] | undefined => {
  if (!isRunShaped(record)) return undefined;
  const { session, from, to, packed } = record;
  const count = to - from + 1;
  if (count * lengthBytes > packed.length) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const blocks: StoredBlock[] = [];
  let at = count * lengthBytes;
  for (let index = 0; index < count; index++) {
    const end = at + view.getUint32(index * lengthBytes, true);
    if (end > packed.length) return undefined;
    blocks.push({ session, seq: from + index, bytes: packed.subarray(at, end) });
    at = end;
  }
  return at === packed.length ? blocks : undefined;
};

/** Where a run stands in its chain, read from its key. */
export const spanOfKey = (key: IDBValidKey): { from: number; to: number } | undefined => {
  if (!Array.isArray(key)) return undefined;
  const [, , to, from] = key;
  return isSeq(to) && isSeq(from) && from <= to ? { from, to } : undefined;
};

/** True for a position in a chain. */
export const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** True for what is written as a session's id. */
export const isSessionId = (value: unknown): value is SessionId =>
  typeof value === "string" && /^[0-9a-f]{32}$/.test(value);

const isRunShaped = (record: unknown): record is Pick<BlockRun, "session" | "from" | "to" | "packed"> =>
  typeof record === "object" &&
  record !== null &&
  "session" in record &&
  "from" in record &&
  "to" in record &&
  "packed" in record &&
  isSessionId(record.session) &&
  isSeq(record.from) &&
  isSeq(record.to) &&
  record.from <= record.to &&
  record.packed instanceof Uint8Array;
