import { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

// The core has no timers of its own; this one belongs to y-protocols.
declare const clearInterval: (timer: unknown) => void;

/** An Awareness, and what ends it. */
export interface OwnedAwareness {
  readonly awareness: Awareness;
  /** Destroys it and lets go of its doc: y-protocols itself never takes its listener back. Never throws. */
  release(): void;
}

/** Makes an Awareness without a timer; `onListenerError` hears what the app's listeners throw at its end. */
export const createAwareness = (doc: Y.Doc, onListenerError: (error: unknown) => void): OwnedAwareness => {
  const before = new Set(doc._observers.get("destroy"));
  const awareness = new Awareness(doc);
  // Its timer renews and expires states; here links do that.
  clearInterval(awareness._checkInterval);
  const added = [...(doc._observers.get("destroy") ?? [])].filter((listener) => !before.has(listener));
  const release = (): void => {
    try {
      awareness.destroy();
    } catch (error) {
      awareness._observers.clear();
      onListenerError(error);
    }
    for (const listener of added) doc.off("destroy", listener);
  };
  return { awareness, release };
};
