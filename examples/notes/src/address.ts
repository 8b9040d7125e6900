/** What the address bar says: which notebook, and where devices find each other. */
export interface Address {
  /** `#mh1.…`, or `undefined` when no notebook is named. It may be malformed: `openRoom` finds out. */
  readonly invite: string | undefined;
  /** Signaling servers, `ws://` or `wss://`; none when the address or the build says so. */
  readonly signaling: readonly string[];
}

/**
 * Reads the page's address. Signaling comes from `?signaling=` (several separated by commas, or `none`), else from the
 * build (`VITE_SIGNALING`), else it is expected beside the page on port 4444, encrypted if the page is.
 */
export const readAddress = (
  location: Pick<Location, "protocol" | "hostname" | "search" | "hash">,
  built: string | undefined,
): Address => ({
  invite: location.hash.length > 1 ? location.hash : undefined,
  signaling: parseSignaling(
    new URLSearchParams(location.search).get("signaling") ?? built ?? besidePage(location),
  ),
});

// Browsers refuse an unencrypted connection from an encrypted page.
const besidePage = ({ protocol, hostname }: Pick<Location, "protocol" | "hostname">): string =>
  `${protocol === "https:" ? "wss" : "ws"}://${hostname}:4444`;

const parseSignaling = (text: string): readonly string[] =>
  text
    .split(",")
    .map((url) => url.trim())
    .filter((url) => /^wss?:\/\/[^\s]+$/.test(url));

/** The link that opens a notebook: this page's address with the notebook's key after `#`. */
export const linkTo = (invite: string, location: Pick<Location, "origin" | "pathname" | "search">): string =>
  `${location.origin}${location.pathname}${location.search}${invite}`;

/** The key in what a person pasted: a whole link, or the part from `#` on. */
export const inviteIn = (pasted: string): string | undefined => /#mh1\.[\w-]+/.exec(pasted)?.[0];
