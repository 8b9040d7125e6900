import type { DeviceId, JournalId, SessionId } from "../ids.js";

type ChainName = `${JournalId}/${SessionId}`;
const nameOf = (journal: JournalId, session: SessionId): ChainName => `${journal}/${session}`;

/** Chains and the block up to which they have to be held. */
export type Required = readonly {
  readonly journal: JournalId;
  readonly session: SessionId;
  readonly seq: number;
}[];

/** Which devices have said that their stores hold which chains; outlives their links. */
export class ReceiptBook {
  readonly #stored = new Map<DeviceId, Map<ChainName, number>>();

  note(device: DeviceId, journal: JournalId, session: SessionId, seq: number): void {
    const chains = this.#stored.get(device) ?? new Map<ChainName, number>();
    this.#stored.set(device, chains);
    const name = nameOf(journal, session);
    if (seq > (chains.get(name) ?? -1)) chains.set(name, seq);
  }

  /** Devices that hold all of it. */
  devicesHolding(required: Required): DeviceId[] {
    return [...this.#stored]
      .filter(([, chains]) =>
        required.every(({ journal, session, seq }) => (chains.get(nameOf(journal, session)) ?? -1) >= seq),
      )
      .map(([device]) => device);
  }
}
