import type { SimDevice } from "./sim-device.js";

/** Words that devices were told are saved: losing one is losing work. */
export class PromisedTokens {
  /** On how many disks each is, at least; and whose it is. */
  readonly #promised = new Map<string, { readonly author: string; readonly others: number }>();
  #disksLost = 0;

  /** Writes a word and, as soon as the room says that it is saved, holds the room to it. */
  write(device: SimDevice, word: string): void {
    const { room } = device;
    room.doc.getArray("tokens").push([word]);
    room.whenSaved().then(
      () => this.#promised.set(word, { author: device.name, others: 0 }),
      () => undefined,
    );
  }

  /**
   * The device's disk is going: what was on it alone is promised no more. `replicated`: how many other devices the room
   * says have all of it; those that lost their disks since may be among them.
   */
  release(device: SimDevice, replicated: number): void {
    const trusted = replicated - this.#disksLost;
    for (const [word, { author, others }] of this.#promised) {
      const left = author === device.name ? trusted : author === "" ? others - 1 : undefined;
      if (left === undefined) continue;
      if (left > 0) this.#promised.set(word, { author: "", others: left });
      else this.#promised.delete(word);
    }
    this.#disksLost++;
  }

  /** Throws unless the device has every word that was promised. */
  expectKept({ name, room }: SimDevice): void {
    const held = new Set<unknown>(room.doc.getArray("tokens").toArray());
    for (const word of this.#promised.keys())
      if (!held.has(word)) throw new Error(`${name} lost the saved word ${word}`);
  }
}
