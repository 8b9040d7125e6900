import { type Clock, type Random, systemClock, systemRandom } from "@manyhands/core";
import * as Y from "yjs";
import { orderKeyBetween } from "./order-key.js";

/** One page, as the notebook's list knows it. Its text is in `doc`, a document of its own. */
export interface Page {
  readonly id: string;
  readonly title: Y.Text;
  readonly doc: Y.Doc;
  readonly order: string;
  /** When it was put in the bin, ms since 1970; `undefined` while it is in use. */
  readonly deletedAt: number | undefined;
}

/** The field of a page's document that the editor shows. */
export const bodyField = "body";
/** Longest title shown in lists. */
const maxShownTitle = 120;

/** The pages of a notebook, read from and written to a room's root document. */
export class Notebook {
  readonly #doc: Y.Doc;
  readonly #pages: Y.Map<unknown>;
  readonly #about: Y.Map<unknown>;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(doc: Y.Doc, { clock = systemClock, random = systemRandom }: NotebookOptions = {}) {
    this.#doc = doc;
    this.#pages = doc.getMap("pages");
    this.#about = doc.getMap("about");
    this.#clock = clock;
    this.#random = random;
  }

  /** What people called the notebook; empty when nobody has yet. */
  get name(): string {
    const name = this.#about.get("name");
    return typeof name === "string" ? name.slice(0, maxShownTitle) : "";
  }

  rename(name: string): void {
    if (name !== this.name) this.#about.set("name", name.slice(0, maxShownTitle));
  }

  /** The pages in use, in the order people gave them. */
  get pages(): readonly Page[] {
    return this.#readAll()
      .filter(({ deletedAt }) => deletedAt === undefined)
      .sort((one, other) => compare(one.order, other.order) || compare(one.id, other.id));
  }

  /** The pages in the bin, the newest first. */
  get deletedPages(): readonly Page[] {
    return this.#readAll()
      .filter(({ deletedAt }) => deletedAt !== undefined)
      .sort((one, other) => (other.deletedAt ?? 0) - (one.deletedAt ?? 0));
  }

  /** The page in use of that id, if there is one. */
  find(id: string | undefined): Page | undefined {
    const page = id === undefined ? undefined : this.#read(id);
    return page?.deletedAt === undefined ? page : undefined;
  }

  /**
   * Loads the text of every page, so that this device holds the whole notebook: it can be read without a network, and
   * counts as a second place for what others write. Notebooks are small; an app with large documents loads only some.
   */
  loadPages(): void {
    for (const { doc } of this.#readAll()) doc.load();
  }

  /** Adds an empty page at the end and gives back its id. */
  addPage(): string {
    const id = Array.from(this.#random.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#doc.transact(() => {
      const order = orderKeyBetween(this.pages.at(-1)?.order, undefined);
      this.#pages.set(id, createPageEntry({ title: "", order, doc: new Y.Doc() }));
    });
    return id;
  }

  /** Moves a page by so many places: -1 is one up. */
  movePage(id: string, places: number): void {
    const pages = this.pages;
    const from = pages.findIndex((page) => page.id === id);
    this.movePageTo(id, from + places);
  }

  /** Moves a page to a place in the list, counted from 0. */
  movePageTo(id: string, place: number): void {
    const from = this.pages.findIndex((page) => page.id === id);
    const others = this.pages.filter((page) => page.id !== id);
    const to = Math.min(Math.max(place, 0), others.length);
    if (from < 0 || from === to) return;
    this.#entry(id)?.set("order", orderKeyBetween(others[to - 1]?.order, others[to]?.order));
  }

  /** Puts a page in the bin; `restorePage` takes it out again with all its text. */
  deletePage(id: string): void {
    this.#entry(id)?.set("deletedAt", this.#clock.now());
  }

  restorePage(id: string): void {
    this.#entry(id)?.delete("deletedAt");
  }

  /** Removes a page that is in the bin, for everyone and for good. */
  removePage(id: string): void {
    this.#pages.delete(id);
  }

  /** Calls `listener` after the list, a title or the name changed; returns how to stop that. */
  subscribe(listener: () => void): () => void {
    this.#pages.observeDeep(listener);
    this.#about.observe(listener);
    return () => {
      this.#pages.unobserveDeep(listener);
      this.#about.unobserve(listener);
    };
  }

  #readAll(): Page[] {
    return [...this.#pages.keys()].flatMap((id) => this.#read(id) ?? []);
  }

  /** Others may have written anything here: what is no page is left out. */
  #read(id: string): Page | undefined {
    const entry = this.#entry(id);
    const [title, doc, order, deletedAt] = ["title", "doc", "order", "deletedAt"].map((key) =>
      entry?.get(key),
    );
    if (!(title instanceof Y.Text) || !(doc instanceof Y.Doc)) return undefined;
    return {
      id,
      title,
      doc,
      order: typeof order === "string" ? order : "",
      deletedAt: typeof deletedAt === "number" ? deletedAt : undefined,
    };
  }

  #entry(id: string): Y.Map<unknown> | undefined {
    const entry = this.#pages.get(id);
    return entry instanceof Y.Map ? entry : undefined;
  }
}

/** Where the notebook takes time and chance from; by default from the system. */
export interface NotebookOptions {
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A page as it stands in the root document's map of pages. */
export const createPageEntry = (page: { title: string; order: string; doc: Y.Doc }): Y.Map<unknown> => {
  const entry = new Y.Map<unknown>();
  entry.set("title", new Y.Text(page.title));
  entry.set("order", page.order);
  entry.set("doc", page.doc);
  return entry;
};

/** A page's title for lists and messages. */
export const shownTitle = (page: Page): string => {
  const title = page.title.toString().trim().slice(0, maxShownTitle);
  return title === "" ? "Untitled" : title;
};

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
