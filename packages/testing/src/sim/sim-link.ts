import {
  type Clock,
  type Lane,
  type Link,
  type LinkEvents,
  limits,
  type PeerId,
  type TransportRoom,
} from "@manyhands/core";

/** A device's place in the network. */
export interface Seat {
  readonly room: TransportRoom;
  readonly name: string;
  closed: boolean;
}

/** What a link needs of the network that carries it. */
export interface PairWorld {
  readonly clock: Clock;
  delayMs(): number;
  isLost(): boolean;
  isDoubled(): boolean;
  isCut(from: Seat, to: Seat): boolean;
  /** Runs `act` when the device is not frozen: now, or when it thaws. */
  whenAwake(seat: Seat, act: () => void): void;
  onDelivered(from: Seat, to: Seat, lane: Lane, frame: Uint8Array): void;
  onClosed(): void;
}

/** Two ends of one link. */
export class SimPair {
  readonly #world: PairWorld;
  readonly #seats: readonly [Seat, Seat];
  readonly #ends: readonly [SimEnd, SimEnd];
  /** Ends of which a cut swallowed a frame of a reliable lane: the link cannot go on as if nothing had been. */
  readonly #gaps = new Set<0 | 1>();
  #closed = false;

  constructor(a: Seat, b: Seat, binding: Uint8Array, world: PairWorld) {
    this.#world = world;
    this.#seats = [a, b];
    this.#ends = [
      new SimEnd(
        b,
        true,
        binding,
        (lane, frame) => this.#carry(0, lane, frame),
        (reason) => this.close(reason),
        (act) => world.whenAwake(a, act),
        world.clock,
      ),
      new SimEnd(
        a,
        false,
        binding,
        (lane, frame) => this.#carry(1, lane, frame),
        (reason) => this.close(reason),
        (act) => world.whenAwake(b, act),
        world.clock,
      ),
    ];
  }

  open(): void {
    for (const [at, seat] of this.#seats.entries()) seat.room.onLink(this.#ends[at === 0 ? 0 : 1]);
  }

  has(seat: Seat): boolean {
    return this.#seats.includes(seat);
  }

  joins(a: string, b: string): boolean {
    const names = this.#seats.map(({ name }) => name);
    return names.includes(a) && names.includes(b);
  }

  /** One side stopped to be: the other hears nothing any more. */
  silence(seat: Seat): void {
    this.#ends[this.#seats[0] === seat ? 0 : 1].mute();
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#ends) end.shut(reason);
    this.#world.onClosed();
  }

  #carry(from: 0 | 1, lane: Lane, frame: Uint8Array): void {
    const to = from === 0 ? 1 : 0;
    const world = this.#world;
    const [sender, receiver] = [this.#ends[from], this.#ends[to]];
    sender.buffer(lane, frame.length);
    const lost = world.isLost();
    const arrive = (): void => {
      sender.drain(lane, frame.length);
      if (this.#closed) return;
      const isReliable = lane !== "now";
      if (world.isCut(this.#seats[from], this.#seats[to])) {
        if (isReliable) this.#gaps.add(from);
      } else if (isReliable && (lost || this.#gaps.has(from))) this.close("connection lost");
      else if (!lost) {
        world.onDelivered(this.#seats[from], this.#seats[to], lane, frame);
        receiver.take(lane, frame.slice());
      }
    };
    const delayMs = world.delayMs();
    // Reliable lanes keep their order: nothing overtakes.
    world.clock.setTimer(arrive, lane === "now" ? delayMs : sender.after(lane, delayMs, world.clock.now()));
    if (lane === "now" && world.isDoubled())
      world.clock.setTimer(() => receiver.take(lane, frame.slice()), world.delayMs());
  }
}

class SimEnd implements Link {
  readonly peer: PeerId;
  readonly transport = "simulated";
  readonly initiator: boolean;
  readonly binding: Uint8Array;
  readonly #carry: (lane: Lane, frame: Uint8Array) => void;
  readonly #onClose: (reason: string) => void;
  readonly #whenAwake: (act: () => void) => void;
  readonly #clock: Clock;
  readonly #buffered: Record<Lane, number> = { now: 0, live: 0, bulk: 0 };
  readonly #lastArrival: Record<Lane, number> = { now: 0, live: 0, bulk: 0 };
  readonly #early: { readonly lane: Lane; readonly frame: Uint8Array }[] = [];
  #events: LinkEvents | undefined;
  #closed = false;
  #muted = false;

  constructor(
    other: Seat,
    initiator: boolean,
    binding: Uint8Array,
    carry: (lane: Lane, frame: Uint8Array) => void,
    onClose: (reason: string) => void,
    whenAwake: (act: () => void) => void,
    clock: Clock,
  ) {
    this.peer = other.room.self;
    this.initiator = initiator;
    this.binding = binding;
    this.#carry = carry;
    this.#onClose = onClose;
    this.#whenAwake = whenAwake;
    this.#clock = clock;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    const early = this.#early.splice(0);
    this.#clock.setTimer(() => {
      for (const { lane, frame } of early) this.take(lane, frame);
    }, 0);
  }

  send(lane: Lane, frame: Uint8Array): void {
    if (!this.#closed && !this.#muted) this.#carry(lane, frame);
  }

  bufferedBytes(lane: Lane): number {
    return this.#buffered[lane];
  }

  close(reason: string): void {
    if (!this.#muted) this.#onClose(reason);
  }

  buffer(lane: Lane, bytes: number): void {
    this.#buffered[lane] += bytes;
  }

  drain(lane: Lane, bytes: number): void {
    const before = this.#buffered[lane];
    this.#buffered[lane] -= bytes;
    const low = limits.laneLowWaterBytes;
    if (before <= low || this.#buffered[lane] > low) return;
    this.#whenAwake(() => {
      if (!this.#closed && !this.#muted) this.#events?.onDrain(lane);
    });
  }

  /** The delay after which a frame of a reliable lane arrives, given that nothing overtakes. */
  after(lane: Lane, delayMs: number, now: number): number {
    this.#lastArrival[lane] = Math.max(this.#lastArrival[lane], now + delayMs);
    return this.#lastArrival[lane] - now;
  }

  take(lane: Lane, frame: Uint8Array): void {
    this.#whenAwake(() => {
      if (this.#closed || this.#muted) return;
      if (this.#events) this.#events.onFrame(lane, frame);
      else this.#early.push({ lane, frame });
    });
  }

  /** This end's owner is no more: it neither hears nor speaks, and the other end is not told. */
  mute(): void {
    this.#muted = true;
  }

  shut(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#muted) return;
    const tell = (): void => {
      if (!this.#muted) this.#events?.onClose(reason);
    };
    this.#clock.setTimer(() => this.#whenAwake(tell), 0);
  }
}
