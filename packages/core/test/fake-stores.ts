import { type Clock, ManyhandsError, memoryStore, type RoomStore, type Store } from "@manyhands/core";

/** A disk that a test can make fail or dawdle. */
export class FakeDisk implements Store {
  readonly name = "fake disk";
  readonly #disk = memoryStore();
  readonly #clock: Clock;
  /** What `append` rejects with, while set. */
  appendFails: ManyhandsError | undefined;
  openFails: ManyhandsError | undefined;
  keysFail: ManyhandsError | undefined;
  /** How long every call takes, ms. */
  delayMs = 0;
  /** Parts that are open. */
  openParts = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(...[name, events]: Parameters<Store["open"]>): Promise<RoomStore> {
    await this.#wait();
    if (this.openFails) throw this.openFails;
    const part = await this.#disk.open(name, events);
    this.openParts++;
    return {
      health: part.health,
      durable: true,
      deviceKeys: async (create) => {
        if (this.keysFail) throw this.keysFail;
        return await part.deviceKeys(create);
      },
      append: async (...given) => {
        await this.#wait();
        if (this.appendFails) throw this.appendFails;
        await part.append(...given);
      },
      load: async (journal) => {
        await this.#wait();
        return await part.load(journal);
      },
      readChain: (...given) => part.readChain(...given),
      writeState: (...given) => part.writeState(...given),
      journals: () => part.journals(),
      close: async () => {
        this.openParts--;
        await part.close();
      },
    };
  }

  async #wait(): Promise<void> {
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.#clock.setTimer(resolve, this.delayMs));
  }
}

export const diskFull = new ManyhandsError("storage-failed", "The disk is full.");
