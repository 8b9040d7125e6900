import type { Kept } from "./device/kept.js";
import type { RecentNotebooks } from "./device/recent-notebooks.js";
import type { Toasts } from "./shell/toast.js";

/** What every screen may use. */
export interface App {
  readonly kept: Kept;
  readonly recent: RecentNotebooks;
  readonly toasts: Toasts;
  readonly signaling: readonly string[];
  /** Makes a notebook and shows it. */
  createNotebook(): void;
  /** Shows the notebook of that link, or the start screen. */
  goTo(invite: string | undefined): void;
  /** Says why the notebook that was shown cannot be. */
  fail(error: unknown): void;
}

/** What fills the window: one at a time. */
export interface Screen {
  readonly element: HTMLElement;
  /** Lets go of everything it holds. Called once. */
  close(): void;
}
