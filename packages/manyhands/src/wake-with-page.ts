import type { Room } from "@manyhands/core";

/**
 * Tells the room when the page wakes or the network comes back, and has it store everything when the page is hidden,
 * which may be the last that is heard of it. Does nothing where there is no page. Ends with the room.
 */
export const wakeWithPage = (room: Room): void => {
  if (typeof window === "undefined" || typeof document === "undefined") return;
  const wake = (): void => room.wake();
  const onVisibility = (): void => {
    if (document.visibilityState === "visible") room.wake();
    // A failing store is told in `room.state`; nobody waits here.
    else void room.whenSaved().catch(() => undefined);
  };
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", onVisibility);
  room.subscribe(({ status }) => {
    if (status !== "closed") return;
    window.removeEventListener("online", wake);
    window.removeEventListener("pageshow", wake);
    document.removeEventListener("visibilitychange", onVisibility);
  });
};
