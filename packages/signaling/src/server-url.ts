import { ManyhandsError } from "@manyhands/core";

/** Reads the address of a signaling server. Throws a `ManyhandsError` of code `invalid-option`. */
export const parseServerUrl = (text: string): URL => {
  const url = typeof text === "string" ? readUrl(text) : undefined;
  if (url === undefined)
    throw invalid(`"${text}" is not a URL: give a signaling server as "wss://signaling.example.org".`);
  if (url.protocol !== "ws:" && url.protocol !== "wss:")
    throw invalid(`"${displayName(url)}" is not a WebSocket address: write ${suggest(url)}.`);
  if (url.hash !== "") throw invalid(`"${displayName(url)}" has a fragment (#…): leave it out.`);
  return url;
};

/** The address as people may see it: without credentials and query, which may hold a token. */
export const displayName = (url: URL): string =>
  `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;

const readUrl = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

const suggest = (url: URL): string => {
  if (url.host === "") return '"wss://" and the host';
  return `"${url.protocol === "http:" ? "ws" : "wss"}://${url.host}"`;
};

const invalid = (message: string): ManyhandsError => new ManyhandsError("invalid-option", message);
