/** How much a measurement does; each has defaults for the real run, and tests make it small. */
export interface Scale {
  readonly edits?: number;
  readonly rounds?: number;
}
