import { blockIdOf, type SessionId } from "../ids.js";
import type { BlockContent } from "../journal/block-body.js";
import type { Head } from "../journal/frontier.js";
import type { AcceptedBlock } from "../journal/journal.js";
import { limits } from "../limits.js";
import { concat } from "../wire/codec.js";
import type { EncodedUpdate } from "./yjs.js";

/** What one update carries besides its bytes. */
export type UpdateAbout = Pick<BlockContent, "origin" | "clock" | "clockLength" | "seed">;

/** Cuts an update into the contents of as many blocks as it needs. */
export const splitUpdate = (update: EncodedUpdate, about: UpdateAbout): BlockContent[] => {
  const size = limits.maxBlockPayloadBytes;
  const count = Math.max(1, Math.ceil(update.bytes.length / size));
  return Array.from({ length: count }, (_, at) => ({
    ...about,
    version: update.version,
    more: at < count - 1,
    payload: update.bytes.subarray(at * size, (at + 1) * size),
  }));
};

interface Unfinished {
  /** The chain's head before the update; `undefined` when the chain begins with it. */
  readonly before: Head | undefined;
  readonly parts: Uint8Array[];
  bytes: number;
}

/** Puts updates together again from accepted blocks. */
export class PartsAssembler {
  readonly #open = new Map<SessionId, Unfinished>();

  /** The update that `block` completes; `undefined` while more is to come, or when it outgrew its limit. */
  take(block: AcceptedBlock): EncodedUpdate | undefined {
    const { session, content } = block;
    const begun = this.#open.get(session) ?? { before: headBefore(block), parts: [], bytes: 0 };
    begun.bytes += content.payload.length;
    // Beyond the limit nothing is kept: the update is lost for everyone alike, and memory is not.
    if (begun.bytes <= limits.maxUpdateBytes) begun.parts.push(content.payload);
    if (content.more) {
      this.#open.set(session, begun);
      return undefined;
    }
    this.#open.delete(session);
    if (begun.bytes > limits.maxUpdateBytes) return undefined;
    const bytes = begun.parts.length === 1 ? content.payload : concat(...begun.parts);
    return { version: content.version, bytes };
  }

  /** Sessions in the middle of an update, with their chains' heads before it. */
  unfinished(): [SessionId, Head | undefined][] {
    return [...this.#open].map(([session, { before }]) => [session, before]);
  }
}

const headBefore = ({ seq, prev }: AcceptedBlock): Head | undefined =>
  seq === 0 ? undefined : { seq: seq - 1, id: blockIdOf(prev) };
