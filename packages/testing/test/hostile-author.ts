import * as Y from "yjs";
import { parseBlock, zeroId } from "../../core/src/journal/block.js";
import type { BlockContent, Dependency } from "../../core/src/journal/block-body.js";
import type { Session } from "../../core/src/journal/session.js";
import type { Forgery, JournalWorld } from "../../core/test/journal-world.js";

/** A session of a hostile member: writes real blocks of real Yjs updates, and others beside them. */
export class HostileAuthor {
  readonly session: Session;
  readonly #world: JournalWorld;
  readonly #doc = new Y.Doc();
  #seq = 0;
  #prev: Uint8Array = zeroId;

  constructor(world: JournalWorld, session: Session) {
    this.#world = world;
    this.session = session;
    this.#doc.clientID = session.clientId;
  }

  /** The next block of the chain, as an honest author writes it, but for its dependencies. */
  async write(words: string, deps: readonly Dependency[] = []): Promise<Uint8Array> {
    const bytes = await this.#seal(contentOf(this.#doc, words), deps);
    this.#seq++;
    this.#prev = parseBlock(bytes, this.#world.context.keys.roomIdBytes)?.idBytes ?? zeroId;
    return bytes;
  }

  /** Another block in the place of the one that `write` makes next. */
  async fork(words: string): Promise<Uint8Array> {
    const branch = new Y.Doc();
    Y.applyUpdate(branch, Y.encodeStateAsUpdate(this.#doc));
    branch.clientID = this.session.clientId;
    return await this.#seal(contentOf(branch, words), []);
  }

  /** An open block with this session's name in it, changed at will. */
  async forge(forgery: Forgery): Promise<Uint8Array> {
    return await this.#world.forge(this.session, forgery);
  }

  async #seal(content: BlockContent, deps: readonly Dependency[]): Promise<Uint8Array> {
    const { deviceKey, certificate } = this.session;
    const opens = this.#seq === 0;
    return await this.#world.forge(this.session, {
      header: { seq: this.#seq, prev: this.#prev },
      body: { content, deps, ...(opens && { device: { publicKey: deviceKey, certificate } }) },
    });
  }
}

const contentOf = (doc: Y.Doc, words: string): BlockContent => {
  const clock = Y.getState(doc.store, doc.clientID);
  const before = Y.encodeStateVector(doc);
  const text = doc.getText("text");
  text.insert(text.length, words);
  return {
    origin: "own",
    version: 1,
    clock,
    clockLength: words.length,
    seed: "",
    more: false,
    payload: Y.encodeStateAsUpdate(doc, before),
  };
};
