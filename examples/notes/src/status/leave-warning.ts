import type { Room } from "@manyhands/core";

/** Whether something that was written here exists nowhere but in this tab's memory. */
export const isOnlyInMemory = ({ state }: Room): boolean =>
  !state.saved.here && state.saved.onlyHereSince !== undefined;

/** Lets the browser ask before it closes the tab, only while something would be lost. Returns how to stop that. */
export const warnBeforeLeaving = (room: Room): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => {
    if (isOnlyInMemory(room)) event.preventDefault();
  };
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
};
