const allowed = new Set(["http:", "https:", "mailto:"]);

/** Whether a link in a note may be followed. Others write notes too: `javascript:` and its kin never pass. */
export const isSafeLink = (href: unknown): href is string => {
  if (typeof href !== "string") return false;
  try {
    return allowed.has(new URL(href).protocol);
  } catch {
    return false; // Relative addresses have no meaning in a note.
  }
};

/** What a person typed as a link, made whole: `example.org` and `me@example.org` do. `undefined` when it is none. */
export const readLink = (typed: string): string | undefined => {
  const text = typed.trim();
  if (text === "" || /\s/.test(text)) return undefined;
  if (isSafeLink(text)) return text;
  // A port is no scheme: `localhost:8080`.
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return undefined;
  const whole = /^[^/@]+@[^/@]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
  return isSafeLink(whole) ? whole : undefined;
};
