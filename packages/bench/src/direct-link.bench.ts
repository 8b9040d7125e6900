import type { Lane, Link, LinkEvents, PeerId, Transport, TransportRoom } from "@manyhands/core";

/** A frame on its way, with the lane it came in. */
export interface CarriedFrame {
  readonly lane: Lane;
  readonly frame: Uint8Array;
}

/** Two rooms of one process and a link between them without any network: what one end sends, the other gets next. */
export class DirectLink {
  readonly #rooms: TransportRoom[] = [];
  #ends: readonly [DirectEnd, DirectEnd] | undefined;
  /** Hears every frame, with the seat it left: 0 or 1 in order of joining. */
  onFrame: (carried: CarriedFrame, from: 0 | 1) => void = () => undefined;

  /** What each of the two rooms takes as its transport. */
  transport(): Transport {
    return {
      name: "direct",
      join: (room) => {
        this.#rooms.push(room);
        setImmediate(() => room.onStatus({ signaling: "none" }));
        return { wake: () => undefined, close: () => this.unlink() };
      },
    };
  }

  /** Makes a new link between the two; both have to be open. */
  link(): void {
    const [first, second] = this.#rooms;
    if (!first || !second) throw new Error("two rooms make a link");
    const ends = [new DirectEnd(second.self, true), new DirectEnd(first.self, false)] as const;
    ends[0].carry = (carried) => this.#carry(ends[1], carried, 0);
    ends[1].carry = (carried) => this.#carry(ends[0], carried, 1);
    for (const end of ends) end.end = () => this.unlink();
    this.#ends = ends;
    first.onLink(ends[0]);
    second.onLink(ends[1]);
  }

  unlink(): void {
    const ends = this.#ends;
    this.#ends = undefined;
    for (const end of ends ?? []) setImmediate(() => end.shut());
  }

  /** Puts a frame before the room at `seat`, as if the other had sent it. */
  deliver(seat: 0 | 1, { lane, frame }: CarriedFrame): void {
    this.#ends?.[seat].take(lane, frame);
  }

  #carry(to: DirectEnd, carried: CarriedFrame, from: 0 | 1): void {
    this.onFrame(carried, from);
    setImmediate(() => to.take(carried.lane, carried.frame));
  }
}

class DirectEnd implements Link {
  readonly peer: PeerId;
  readonly transport = "direct";
  readonly initiator: boolean;
  readonly binding: Uint8Array = new Uint8Array(32);
  carry: (carried: CarriedFrame) => void = () => undefined;
  end: () => void = () => undefined;
  #events: LinkEvents | undefined;
  #closed = false;

  constructor(peer: PeerId, initiator: boolean) {
    this.peer = peer;
    this.initiator = initiator;
  }

  start(events: LinkEvents): void {
    this.#events = events;
  }

  send(lane: Lane, frame: Uint8Array): void {
    if (!this.#closed) this.carry({ lane, frame });
  }

  bufferedBytes(): number {
    return 0;
  }

  close(): void {
    this.end();
  }

  take(lane: Lane, frame: Uint8Array): void {
    // A frame belongs to its receiver.
    if (!this.#closed) this.#events?.onFrame(lane, frame.slice());
  }

  shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events?.onClose("unlinked");
  }
}
