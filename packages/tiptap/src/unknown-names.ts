import { limits } from "./limits.js";
import type { UnknownContent } from "./options.js";

/** Gathers what one editor cannot show and tells it as one value; a new one after every change. */
export class UnknownNames {
  #state: UnknownContent = { nodes: [], marks: [], blocked: false };

  /** What is known of it now. */
  get state(): UnknownContent {
    return this.#state;
  }

  /** A node became a placeholder. */
  addNode(name: string): void {
    const nodes = withName(this.#state.nodes, name);
    if (nodes !== this.#state.nodes) this.#state = { ...this.#state, nodes };
  }

  /** A mark became opaque. */
  addMark(name: string): void {
    const marks = withName(this.#state.marks, name);
    if (marks !== this.#state.marks) this.#state = { ...this.#state, marks };
  }

  /** The document as a whole can, or can not, be shown. */
  setBlocked(blocked: boolean): void {
    if (blocked !== this.#state.blocked) this.#state = { ...this.#state, blocked };
  }
}

const withName = (names: readonly string[], name: string): readonly string[] =>
  names.includes(name) || names.length >= limits.maxUnknownNames ? names : [...names, name];
