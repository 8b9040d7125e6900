import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Channels } from "./channels.js";
import { asManyhandsError, type ManyhandsError } from "./errors.js";
import type { PeerId } from "./ids.js";
import { createSession, type Session } from "./journal/session.js";
import { StoreGuard } from "./journal/store-guard.js";
import { memoryStore } from "./memory-store.js";
import { Mesh } from "./mesh/mesh.js";
import type { SigningKeys } from "./ports/signatures.js";
import type { RoomStore, Store } from "./ports/store.js";
import type { Transport, TransportRoom, TransportSession, TransportStatus } from "./ports/transport.js";
import { Presence } from "./presence/presence.js";
import { RoomDocuments } from "./room-documents.js";
import type { ParsedRoomOptions } from "./room-options.js";
import type { StorageState } from "./room-state.js";
import { open, seal } from "./sealing/aead.js";
import { deriveRoomKeys, type RoomKeys } from "./sealing/room-keys.js";

/** What a room has from the start. */
export interface RoomParts {
  readonly self: PeerId;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly channels: Channels;
  readonly options: ParsedRoomOptions;
  readonly events: RunningEvents;
}

/** What a running room reports. */
export interface RunningEvents {
  onChange(): void;
  onStorage(storage: StorageState): void;
  onTransport(transport: Transport, status: TransportStatus): void;
  /** A link was refused because its other end lacks the secret or its key. */
  onLinkFailed(): void;
  /** Something else that a person should know. */
  onProblem(problem: ManyhandsError): void;
}

/** A room that has its keys and its store, and follows its document. */
export interface RunningRoom {
  readonly keys: RoomKeys;
  readonly session: Session;
  readonly store: StoreGuard;
  readonly mesh: Mesh;
  readonly documents: RoomDocuments;
  readonly presence: Presence;
}

/** Puts a room's parts together, in the order in which they need each other. The document is not loaded yet. */
export const startRoom = async (secret: Uint8Array, parts: RoomParts): Promise<RunningRoom> => {
  const { self, awareness, channels, options, events } = parts;
  const { signatures, clock, random, logger } = options;
  const keys = deriveRoomKeys(secret, options.name);
  const { store, deviceKeys, state } = await openStore(options, keys);
  const session = await createSession(keys.roomIdBytes, deviceKeys, signatures);
  const guard = new StoreGuard(store, clock, (problem) => events.onStorage(storageState(store, problem)));
  events.onStorage(state);
  const mesh: Mesh = new Mesh({
    self,
    session,
    keys,
    signatures,
    clock,
    random,
    logger,
    events: {
      onPeer: ({ peer, clientId }) => presence.addPeer(peer, clientId),
      onPeerLeft: ({ peer }) => presence.removePeer(peer),
      onPassing: (kind, from, sealed) => {
        return kind === "presence"
          ? presence.receive(from.peer, sealed)
          : channels.receive(from.peer, sealed);
      },
      onLinkFailed: events.onLinkFailed,
      onChange: events.onChange,
    },
  });
  const presence: Presence = new Presence({
    awareness,
    self,
    key: keys.passing,
    clock,
    random,
    logger,
    send: (lane, sealed, to) => mesh.pass("presence", lane, sealed, to),
  });
  channels.adoptKey(keys.passing);
  const documents = new RoomDocuments({
    keys,
    signatures,
    random,
    session,
    store: guard,
    mesh,
    clock,
    logger,
    device: session.device,
    onChange: events.onChange,
    onProblem: events.onProblem,
  });
  return { keys, session, store: guard, mesh, documents, presence };
};

/** Lets every transport make links for the room. */
export const joinTransports = (running: RunningRoom, parts: RoomParts): TransportSession[] => {
  const { options, self, events } = parts;
  const { clock, random, logger, transports } = options;
  const { keys, mesh } = running;
  return transports.map((transport) => {
    const room: TransportRoom = {
      self,
      clock,
      random,
      logger,
      topic: keys.topic,
      seal: (payload) => seal(keys.signal, keys.roomIdBytes, payload, random),
      unseal: (sealed) => open(keys.signal, keys.roomIdBytes, sealed),
      wantsLink: (peer) => mesh.wantsLink(peer),
      onLink: (link) => mesh.take(link),
      onStatus: (status) => events.onTransport(transport, status),
    };
    return transport.join(room);
  });
};

const storageState = (store: RoomStore, problem: ManyhandsError | undefined): StorageState => {
  if (problem) return { kind: "memory", problem };
  return store.durable ? { kind: "durable", recovered: store.health === "lost" } : { kind: "memory" };
};

interface OpenedStore {
  readonly store: RoomStore;
  readonly deviceKeys: SigningKeys;
  readonly state: StorageState;
}

/** A store that cannot be opened is no reason not to write: memory serves, and the state says so. */
const openStore = async (options: ParsedRoomOptions, keys: RoomKeys): Promise<OpenedStore> => {
  try {
    return await openPart(options.store ?? memoryStore(), options, keys);
  } catch (cause) {
    const problem = asManyhandsError(cause, "storage-failed", "This device's storage cannot be opened.");
    return { ...(await openPart(memoryStore(), options, keys)), state: { kind: "memory", problem } };
  }
};

const openPart = async (
  given: Store,
  { signatures, logger }: ParsedRoomOptions,
  keys: RoomKeys,
): Promise<OpenedStore> => {
  const onProblem = (problem: ManyhandsError): void => logger.log("warn", "room.store", { problem });
  const store = await given.open(keys.storeName, { onProblem });
  try {
    const deviceKeys = await store.deviceKeys(() => signatures.createKeys());
    return { store, deviceKeys, state: storageState(store, undefined) };
  } catch (cause) {
    await store.close();
    throw cause;
  }
};
