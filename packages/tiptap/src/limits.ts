/** Every bound of the Tiptap binding, with its reason and what would change it. */
export const limits = {
  /** Elements nested deeper are shown as one placeholder. Real documents stay below 20; far deeper ones exhaust the call stack. */
  maxDepth: 100,
  /** Names of unknown nodes and of unknown marks that are reported; a hostile document could hold millions. */
  maxUnknownNames: 100,
  /** Unknown content is kept for moving and pasting up to so many characters of JSON; larger content still shows and stays. */
  maxOpaqueCopyChars: 1_000_000,
  /** Copies of unknown content that are kept; the oldest go first, and can then no longer be pasted after a cut. */
  maxOpaqueCopies: 1_000,
  /** Largest table when siblings are paired by likeness; beyond it they are paired in order. 50 × 50 takes below 1 ms. */
  maxAlignCells: 2_500,
  /** Renders in a row that the application itself sets off by writing from within a render; more would be an endless loop. */
  maxNestedRenders: 20,
  /** Undo steps kept per document and field. A step keeps its deleted text in memory. */
  maxUndoSteps: 500,
  /** Carets drawn at once; beyond it more people would be a blur and each costs a DOM node. */
  maxCarets: 100,
  /** Characters of a name on a caret's label: one line on a phone. */
  maxNameLength: 40,
  /** Carets are drawn again at most so often: one frame of a 60 Hz screen, so that twenty people cost one redraw. */
  caretRefreshMs: 16,
} as const;
