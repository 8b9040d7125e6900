import type * as Y from "yjs";
import { SharedDocument } from "./document/shared-document.js";
import { ManyhandsError } from "./errors.js";
import type { DeviceId, JournalId, PeerId } from "./ids.js";
import type { SealedBlock, SealingContext } from "./journal/chain-writer.js";
import { type AcceptedBlock, Journal } from "./journal/journal.js";
import type { Session } from "./journal/session.js";
import type { StoreGuard } from "./journal/store-guard.js";
import { limits } from "./limits.js";
import type { Mesh } from "./mesh/mesh.js";
import type { Required } from "./mesh/receipt-book.js";
import type { Clock } from "./ports/clock.js";
import type { Logger } from "./ports/logger.js";

/** What all documents of a room share. */
export interface RoomContext extends SealingContext {
  readonly session: Session;
  readonly device: DeviceId;
  readonly store: StoreGuard;
  readonly mesh: Mesh;
  readonly clock: Clock;
  readonly logger: Logger;
  onChange(): void;
}

/** The guid that stands for a room's root document, whatever guid its Y.Doc has. */
const rootGuid = "root";

interface SubdocsChange {
  readonly loaded: Set<Y.Doc>;
  readonly removed: Set<Y.Doc>;
}

/** The root document and every subdocument that the app has loaded. */
export class RoomDocuments {
  readonly #context: RoomContext;
  readonly #open = new Map<Y.Doc, SharedDocument>();
  readonly #loading = new Map<Y.Doc, Promise<void>>();
  readonly #onSubdocs = ({ loaded, removed }: SubdocsChange): void => {
    for (const doc of removed) void this.#closeOne(doc);
    for (const doc of loaded) void this.#openSubdocument(doc);
  };

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** Loads the root document and from then on what the app loads below it. */
  async openRoot(doc: Y.Doc): Promise<void> {
    await this.#openOne(doc, this.#context.keys.journalOf(rootGuid));
  }

  /** The document of a Y.Doc of the room, once it is loaded; throws `invalid-option` for a stranger. */
  async of(doc: Y.Doc): Promise<SharedDocument> {
    await this.#loading.get(doc);
    const found = this.#open.get(doc);
    if (!found)
      throw new ManyhandsError("invalid-option", "That Y.Doc is not a loaded document of this room.");
    return found;
  }

  /** When the oldest edit that is not stored yet was made; `undefined` when all are. */
  get unsavedSince(): number | undefined {
    const all = [...this.#open.values()].flatMap(({ unsavedSince }) => unsavedSince ?? []);
    return all.length > 0 ? Math.min(...all) : undefined;
  }

  /** Everything this device ever wrote into the loaded documents. */
  ownChains(): Required {
    const { device } = this.#context;
    return [...this.#open.values()].flatMap(({ journal }) =>
      journal
        .sessions()
        .filter((known) => known.device === device)
        .map(({ session }) => ({ journal: journal.id, session, seq: journal.headSeq(session) })),
    );
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map((document) => document.flush()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((doc) => this.#closeOne(doc)));
  }

  async #openSubdocument(doc: Y.Doc): Promise<void> {
    await this.#openOne(doc, this.#context.keys.journalOf(`sub/${doc.guid}`));
  }

  async #openOne(doc: Y.Doc, id: JournalId): Promise<void> {
    const opening = this.#loading.get(doc) ?? this.#load(doc, id);
    this.#loading.set(doc, opening);
    await opening;
  }

  async #load(doc: Y.Doc, id: JournalId): Promise<void> {
    const { mesh, logger } = this.#context;
    if (this.#open.size >= limits.maxDocuments) {
      logger.log("error", "room.too-many-documents", { limit: limits.maxDocuments });
      return;
    }
    const document = this.#create(doc, id);
    this.#open.set(doc, document);
    for (const subdoc of doc.getSubdocs()) {
      if (subdoc.shouldLoad) void this.#openSubdocument(subdoc);
    }
    doc.on("subdocs", this.#onSubdocs);
    await document.load();
    if (this.#open.get(doc) !== document) return;
    mesh.attach({
      journal: document.journal,
      isDurable: () => this.#context.store.isDurable && document.isSettled,
      receive: (blocks, from) => document.receive(blocks, from),
      readChain: (session, fromSeq, maxBytes) =>
        this.#context.store.readChain(id, session, fromSeq, maxBytes),
    });
    // What Yjs users wait for on a subdocument.
    doc.emit("load", [doc]);
  }

  #create(doc: Y.Doc, id: JournalId): SharedDocument {
    const { store, session, keys, clock, random, logger, mesh, onChange } = this.#context;
    const journal = new Journal(id, this.#context);
    return new SharedDocument({
      doc,
      journal,
      store,
      session,
      keys,
      clock,
      random,
      logger,
      events: {
        onWritten: (blocks: readonly SealedBlock[]) => {
          mesh.spread(id, session.id, blocks);
          onChange();
        },
        onAccepted: (blocks, from) => {
          for (const run of runsOf(blocks)) mesh.spread(id, run.session, run.blocks, from);
          onChange();
        },
        onStored: (blocks) => {
          if (store.isDurable) mesh.confirmStored(id, blocks);
        },
        onRefused: (refused, from: PeerId) => {
          logger.log("warn", "room.blocks-refused", { from, refused });
          mesh.noteRefused(from, refused);
        },
        onIncomplete: (from) => mesh.noteIncomplete(id, from),
        onChange,
      },
    });
  }

  async #closeOne(doc: Y.Doc): Promise<void> {
    const document = this.#open.get(doc);
    if (!document) return;
    doc.off("subdocs", this.#onSubdocs);
    await document.close();
    this.#context.mesh.detach(document.id);
    this.#open.delete(doc);
    this.#loading.delete(doc);
  }
}

/** Splits blocks into runs of one session. */
const runsOf = (blocks: readonly AcceptedBlock[]) => {
  const runs: { readonly session: AcceptedBlock["session"]; readonly blocks: AcceptedBlock[] }[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (last?.session === block.session) last.blocks.push(block);
    else runs.push({ session: block.session, blocks: [block] });
  }
  return runs;
};
