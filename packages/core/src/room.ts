import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { type Channel, Channels } from "./channels.js";
import { createDoc, isEmpty } from "./document/yjs.js";
import { asManyhandsError, ManyhandsError } from "./errors.js";
import { type PeerId, peerIdOf } from "./ids.js";
import type { Transport, TransportSession, TransportStatus } from "./ports/transport.js";
import { createAwareness } from "./presence/create-awareness.js";
import { type ParsedRoomOptions, parseRoomOptions, type RoomOptions } from "./room-options.js";
import type { RoomState, SavedState, StorageState } from "./room-state.js";
import { RoomStatus, unlessAborted, type WaitOptions } from "./room-status.js";
import { formatInvite } from "./sealing/secret.js";
import { encodeSeed } from "./seed.js";
import { joinTransports, type RoomParts, type RunningRoom, startRoom } from "./start-room.js";
import { type RoomEvents, YjsEvents } from "./yjs-events.js";

/** A room that people share: a document, who is here, and how safe the work is. Made by `createRoom`. */
export class Room {
  readonly name: string;
  /** The root document: a plain Y.Doc, usable at once; every Yjs binding works on it. */
  readonly doc: Y.Doc;
  /** Who is here and where: a plain y-protocols Awareness. */
  readonly awareness: Awareness;
  /** This running replica, as others see it. */
  readonly id: PeerId;
  readonly #options: ParsedRoomOptions;
  readonly #parts: RoomParts;
  readonly #status: RoomStatus;
  readonly #events: YjsEvents;
  readonly #transports = new Map<Transport, TransportStatus>();
  readonly #secret: Promise<Uint8Array>;
  readonly #started: Promise<void>;
  readonly #channels: Channels;
  #running: RunningRoom | undefined;
  #sessions: TransportSession[] = [];
  #phase: RoomState["status"] = "loading";
  #storage: StorageState = { kind: "loading" };
  #failure: ManyhandsError | undefined;
  #linkProblem: ManyhandsError | undefined;
  #documentProblem: ManyhandsError | undefined;
  #closing: Promise<void> | undefined;
  readonly #releaseAwareness: () => void;
  readonly #onDocDestroy = (): void => this.destroy();

  constructor(options: RoomOptions) {
    this.#options = parseRoomOptions(options);
    const { random, logger, doc } = this.#options;
    this.name = options.name;
    this.id = peerIdOf(random.bytes(16));
    this.doc = doc ?? createDoc();
    // Before the Awareness listens to it, whose listeners are the app's and may throw.
    this.doc.on("destroy", this.#onDocDestroy);
    const onListenerError = (error: unknown): void => logger.log("error", "room.listener-threw", { error });
    const { awareness, release } = createAwareness(this.doc, onListenerError);
    this.awareness = awareness;
    this.#releaseAwareness = release;
    this.#status = new RoomStatus(() => this.#describe(), onListenerError);
    this.#events = new YjsEvents(this.#status.state, onListenerError);
    this.#status.subscribe((state) => this.#events.update(state));
    this.#channels = this.#makeChannels();
    this.#parts = this.#makeParts();
    this.#secret = Promise.resolve(this.#options.secret);
    this.#started = this.#start();
  }

  /** Everything the room can say of itself now. A new value after every change, the same one between changes. */
  get state(): RoomState {
    return this.#status.state;
  }

  /** Calls `listener` after every change of `state`, until the returned function is called. */
  subscribe(listener: (state: RoomState) => void): () => void {
    return this.#status.subscribe(listener);
  }

  /** Resolves when everything this device had stored is in `doc`. Rejects with `closed` or `aborted`. */
  async whenLoaded(options?: WaitOptions): Promise<void> {
    await this.#status.when((state) => state.status === "open", options);
  }

  /** Resolves when at least one peer is linked and nothing is missing on either side. Rejects with `closed` or `aborted`. */
  async whenSynced(options?: WaitOptions): Promise<void> {
    await this.#status.when((state) => state.synced, options);
  }

  /** Resolves when every edit made before the call is in this device's store. Rejects with `closed`, `aborted`, or what keeps edits from being saved. */
  async whenSaved(options?: WaitOptions): Promise<void> {
    await this.whenLoaded(options);
    const flushed = this.#running?.documents.flush();
    if (flushed) await unlessAborted(flushed, options);
    const { storage } = this.state;
    if (storage.kind === "memory" && storage.problem) throw storage.problem;
    const problem = this.#running?.documents.problem;
    if (problem) throw problem;
  }

  /**
   * Writes first content once, however many devices open the room first: `write` runs on an empty document and must write
   * the same everywhere (no chance, no time, subdocuments with a fixed guid). A device on which a seed of that name was
   * ever applied does nothing. `into` names a loaded subdocument; default: the root. Rejects with what `write` throws.
   */
  async seed(name: string, write: (doc: Y.Doc) => void, into: Y.Doc = this.doc): Promise<void> {
    checkName(name, "seed");
    const update = encodeSeed(name, write);
    await this.whenLoaded();
    const document = await this.#running?.documents.of(into);
    document?.seed(name, update);
    await document?.flush();
  }

  /** The fragment of a link (`#mh1.…`) that lets whoever has it read and write; `joinRoom` takes it as `invite`. */
  async invite(): Promise<string> {
    return formatInvite(await this.#secret);
  }

  /** A named lane for the app's own messages to whoever is here. */
  channel(name: string): Channel {
    checkName(name, "channel");
    return this.#channels.get(name);
  }

  /** Hears the events known from other Yjs providers. */
  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): void {
    this.#events.on(name, listener);
  }

  off<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): void {
    this.#events.off(name, listener);
  }

  /** The machine woke or the network changed: links are checked and waits are cut short. */
  wake(): void {
    this.#running?.mesh.wake();
    for (const session of this.#sessions) session.wake();
  }

  /** Stores what is still to be stored, leaves, and releases everything but `doc`. Idempotent; never rejects. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  /** `close` for those who do not wait. */
  destroy(): void {
    void this.close();
  }

  #makeParts(): RoomParts {
    const refresh = (): void => this.#status.refresh();
    return {
      self: this.id,
      doc: this.doc,
      awareness: this.awareness,
      options: this.#options,
      channels: this.#channels,
      events: {
        onChange: refresh,
        onProblem: (problem) => {
          this.#documentProblem = problem;
          refresh();
        },
        onStorage: (storage) => {
          this.#storage = storage;
          refresh();
        },
        onTransport: (transport, status) => {
          this.#transports.set(transport, status);
          refresh();
        },
        onLinkFailed: () => {
          this.#linkProblem = new ManyhandsError(
            "wrong-secret",
            "Somebody tried to link without this room's secret, or with a stolen name.",
          );
          refresh();
        },
      },
    };
  }

  #makeChannels(): Channels {
    const { random, logger } = this.#options;
    return new Channels({
      self: this.id,
      random,
      send: (sealed, to) => this.#running?.mesh.pass("channel", "live", sealed, to),
      onListenerError: (error) => logger.log("error", "room.channel-listener-threw", { error }),
    });
  }

  async #start(): Promise<void> {
    try {
      const running = await startRoom(await this.#secret, this.#parts);
      this.#running = running;
      // Whoever wrote and closed at once still finds it in the store the next time.
      if (this.#closing && isEmpty(this.doc)) return;
      await running.documents.openRoot(this.doc);
      if (this.#closing) return;
      // With the doc, not before it: bindings take a cursor of another client than the doc's for somebody else's.
      running.presence.adoptClient(running.session.clientId);
      this.#sessions = joinTransports(running, this.#parts);
      this.#phase = "open";
      this.#status.refreshNow();
    } catch (cause) {
      this.#failure = asManyhandsError(cause, "unsupported", "The room could not be opened.");
      void this.close();
    }
  }

  async #close(): Promise<void> {
    // Whoever closes within the turn that opened still gets a room that was opened and closed in order.
    await Promise.resolve();
    this.doc.off("destroy", this.#onDocDestroy);
    if (!this.#failure) await this.#started;
    // While the links live: the last edits go out as well.
    await this.#running?.documents.close();
    this.#running?.presence.close();
    for (const session of this.#sessions.splice(0)) session.close();
    this.#running?.mesh.close();
    await this.#running?.store.close();
    this.#channels.close();
    this.#releaseAwareness();
    this.#transports.clear();
    this.#phase = "closed";
    this.#status.close();
  }

  #describe(): RoomState {
    const mesh = this.#phase === "open" ? this.#running?.mesh : undefined;
    const peers = (mesh?.peers() ?? []).map(({ peer, transport, synced }) => ({
      id: peer.peer,
      device: peer.device,
      transport,
      synced,
    }));
    if (peers.length > 0) this.#linkProblem = undefined;
    const signaling = this.#signaling();
    const problem = this.#problem(signaling);
    const progress = mesh?.progress();
    return {
      status: this.#phase,
      storage: this.#storage,
      signaling,
      peers,
      synced: peers.length > 0 && peers.every((peer) => peer.synced),
      ...(progress && { progress }),
      saved: this.#saved(),
      access: { role: "writer" },
      ...(problem && { problem }),
    };
  }

  #saved(): SavedState {
    const { documents, mesh, store } = this.#running ?? {};
    const own = documents?.ownChains() ?? [];
    const isStored = documents !== undefined && documents.unsavedSince === undefined;
    return {
      here: this.#phase !== "loading" && isStored && store?.isDurable === true,
      devices: isStored && own.length > 0 ? (mesh?.devicesHolding(own).length ?? 0) : 0,
      onlyHereSince: documents?.onlyHereSince,
    };
  }

  #signaling(): RoomState["signaling"] {
    const all = [...this.#transports.values()].map(({ signaling }) => signaling);
    return (
      (["connected", "connecting", "unreachable"] as const).find((status) => all.includes(status)) ?? "none"
    );
  }

  #problem(signaling: RoomState["signaling"]): ManyhandsError | undefined {
    if (this.#failure || this.#phase === "closed") return this.#failure;
    if (this.#storage.kind === "memory" && this.#storage.problem) return this.#storage.problem;
    const unsaved = this.#running?.documents.problem ?? this.#documentProblem;
    if (unsaved) return unsaved;
    if (this.#linkProblem) return this.#linkProblem;
    const problems = [...this.#transports.values()].flatMap(({ problem }) => problem ?? []);
    return problems.find(({ code }) => signaling === "unreachable" || code !== "signaling-unreachable");
  }
}

/** Names travel in blocks and messages, which are bounded. */
const maxNameLength = 256;

const checkName = (name: string, what: string): void => {
  if (typeof name !== "string" || name.length < 1 || name.length > maxNameLength)
    throw new ManyhandsError("invalid-option", `The name of a ${what} has 1 to ${maxNameLength} characters.`);
};

/** Opens a room: returns at once, works offline. Throws `invalid-option`, `invalid-secret` or `insecure-context`. */
export const createRoom = (options: RoomOptions): Room => new Room(options);
