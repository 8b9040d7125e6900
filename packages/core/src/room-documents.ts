import type * as Y from "yjs";
import { runsOf } from "./document/runs.js";
import { SharedDocument } from "./document/shared-document.js";
import { ManyhandsError } from "./errors.js";
import type { DeviceId, JournalId, PeerId } from "./ids.js";
import type { SealedBlock, SealingContext } from "./journal/chain-writer.js";
import { Journal } from "./journal/journal.js";
import type { Session } from "./journal/session.js";
import type { StoreGuard } from "./journal/store-guard.js";
import { limits } from "./limits.js";
import type { Mesh } from "./mesh/mesh.js";
import type { Required } from "./mesh/receipt-book.js";
import { OwnWork } from "./own-work.js";
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
  onProblem(problem: ManyhandsError): void;
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
  /** A journal has one writer: its document is let go before another Y.Doc of the same guid is opened. */
  readonly #holders = new Map<JournalId, Y.Doc>();
  readonly #closing = new Map<JournalId, Promise<void>>();
  readonly #ownWork = new OwnWork();
  #closed = false;
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

  /** Why edits of a document stay unsaved. */
  get problem(): ManyhandsError | undefined {
    return [...this.#open.values()].find(({ problem }) => problem)?.problem;
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

  /** When the oldest own edit that is on no other device was made, as far as others have said; `undefined` for none. */
  get onlyHereSince(): number | undefined {
    const { mesh } = this.#context;
    const stored = this.#ownWork.onlyHereSince((chain) => mesh.devicesHolding([chain]).length > 0);
    const all = [stored, this.unsavedSince].flatMap((since) => since ?? []);
    return all.length > 0 ? Math.min(...all) : undefined;
  }

  async flush(): Promise<void> {
    await Promise.all(this.#loading.values());
    await Promise.all([...this.#open.values()].map((document) => document.flush()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#loading.values());
    this.#closed = true;
    await Promise.all([...this.#open.keys()].map((doc) => this.#closeOne(doc)));
    await Promise.all(this.#closing.values());
  }

  async #openSubdocument(doc: Y.Doc): Promise<void> {
    await this.#openOne(doc, this.#context.keys.journalOf(`sub/${doc.guid}`));
  }

  async #openOne(doc: Y.Doc, id: JournalId): Promise<void> {
    if (this.#closed) return;
    const opening = this.#loading.get(doc) ?? this.#load(doc, id);
    this.#loading.set(doc, opening);
    await opening;
  }

  async #load(doc: Y.Doc, id: JournalId): Promise<void> {
    await this.#closing.get(id);
    if (doc.isDestroyed) return;
    if (this.#holders.has(id) || this.#open.size >= limits.maxDocuments) {
      this.#refuse(doc, this.#holders.has(id));
      return;
    }
    const document = this.#create(doc, id);
    this.#open.set(doc, document);
    this.#holders.set(id, doc);
    for (const subdoc of doc.getSubdocs()) {
      if (subdoc.shouldLoad) void this.#openSubdocument(subdoc);
    }
    doc.on("subdocs", this.#onSubdocs);
    await document.load();
    if (this.#closing.has(id)) return;
    this.#noteEarlierWork(document);
    this.#context.mesh.attach({
      journal: document.journal,
      isDurable: () => this.#context.store.isDurable && document.isSettled,
      isIncomplete: () => document.isIncomplete,
      receive: (blocks, from) => document.receive(blocks, from),
      readChain: (session, fromSeq, maxBytes) =>
        this.#context.store.readChain(id, session, fromSeq, maxBytes),
    });
    try {
      // What Yjs users wait for on a subdocument.
      doc.emit("load", [doc]);
    } catch (error) {
      this.#context.logger.log("error", "room.load-listener-threw", { error });
    }
  }

  /** What this device wrote before: nobody has said yet in this run whether others have it. */
  #noteEarlierWork({ journal }: SharedDocument): void {
    const { device, clock } = this.#context;
    for (const { session, device: author } of journal.sessions())
      if (author === device)
        this.#ownWork.note({ journal: journal.id, session, seq: journal.headSeq(session) }, clock.now());
  }

  #refuse(doc: Y.Doc, isTaken: boolean): void {
    const reason = isTaken
      ? `The subdocument ${doc.guid} is loaded already, in another place: use that Y.Doc, or destroy it first.`
      : `A room holds ${limits.maxDocuments} loaded documents: destroy some first.`;
    this.#loading.delete(doc);
    this.#context.onProblem(new ManyhandsError(isTaken ? "invalid-option" : "too-large", reason));
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
        onWritten: (blocks: readonly SealedBlock[], since) => {
          const last = blocks.at(-1);
          if (last) this.#ownWork.note({ journal: id, session: session.id, seq: last.seq }, since);
          mesh.spread(id, session.id, blocks);
          onChange();
        },
        onAccepted: (blocks, from) => {
          for (const { key, items } of runsOf(blocks, ({ session: author }) => author))
            mesh.spread(id, key, items, from);
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
    const closing = this.#closing.get(document.id) ?? this.#letGo(doc, document);
    this.#closing.set(document.id, closing);
    await closing;
    this.#closing.delete(document.id);
  }

  async #letGo(doc: Y.Doc, document: SharedDocument): Promise<void> {
    doc.off("subdocs", this.#onSubdocs);
    // Yjs tells only the parent of what goes, not us of what goes with it.
    const below = [...doc.getSubdocs()].map((subdoc) => this.#closeOne(subdoc));
    await document.close();
    this.#context.mesh.detach(document.id);
    await Promise.all(below);
    this.#open.delete(doc);
    this.#loading.delete(doc);
    this.#holders.delete(document.id);
  }
}
