import { isIP } from "node:net";

/**
 * The key under which a client's sockets are counted: its IPv4 address, or the first half of its IPv6 address, since
 * whoever has one IPv6 address has the other 2^64 of that half.
 *
 * `forwardedFor` is the header X-Forwarded-For, given only when the server stands behind a proxy that sets it: its last
 * entry is what that proxy saw; those before it are the client's own words.
 */
export const clientAddress = (remote: string | undefined, forwardedFor: string | undefined): string => {
  const seen = withoutPort(forwardedFor?.split(",").at(-1)?.trim() ?? "");
  const address = isIP(seen) === 0 ? (remote ?? "") : seen;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIP(address) === 6 ? firstHalf(address) : address;
};

/** Some proxies add it: `192.0.2.1:5000`, `[2001:db8::1]:5000`. */
const withoutPort = (seen: string): string =>
  /^\[(.+)\](:\d+)?$/.exec(seen)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(seen)?.[1] ?? seen;

/** `2001:db8::1` becomes `2001:db8:0:0`. */
const firstHalf = (address: string): string => {
  const [before = "", after] = (address.split("%")[0] ?? "").split("::");
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
};

/** A dotted tail stands for two groups; which ones does not matter to the first half. */
const groups = (part: string): string[] =>
  part === "" ? [] : part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
