import type { PeerId } from "../ids.js";

/** Who is linked to whom, as far as our neighbours have said. */
export type LinksOf = (peer: PeerId) => ReadonlySet<PeerId> | undefined;

/**
 * Whether we hand on to `to` what `from` sent us. Not if `from` reaches `to` itself; else the smallest of those who got
 * it from `from` and reach `to` does, so that one copy arrives. Wrong knowledge costs a copy or a digest, never an edit.
 */
export const isForwarder = (
  self: PeerId,
  from: PeerId,
  to: PeerId,
  neighbours: Iterable<PeerId>,
  linksOf: LinksOf,
): boolean => {
  const reachedByFrom = linksOf(from);
  if (reachedByFrom?.has(to)) return false;
  for (const other of neighbours) {
    if (other === from || other === to || other >= self) continue;
    if (reachedByFrom?.has(other) && linksOf(other)?.has(to)) return false;
  }
  return true;
};
