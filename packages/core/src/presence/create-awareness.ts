import { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

// The core has no timers of its own; this one belongs to y-protocols.
declare const clearInterval: (timer: unknown) => void;

/** An Awareness without a timer, and what lets go of its doc: y-protocols itself never takes its listener back. */
export const createAwareness = (
  doc: Y.Doc,
): { readonly awareness: Awareness; readonly release: () => void } => {
  const before = new Set(doc._observers.get("destroy"));
  const awareness = new Awareness(doc);
  // Its timer renews and expires states; here links do that.
  clearInterval(awareness._checkInterval);
  const added = [...(doc._observers.get("destroy") ?? [])].filter((listener) => !before.has(listener));
  const release = (): void => {
    awareness.destroy();
    for (const listener of added) doc.off("destroy", listener);
  };
  return { awareness, release };
};
