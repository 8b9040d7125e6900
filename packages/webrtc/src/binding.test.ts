import { expect, test } from "vitest";
import { bindingOf, fingerprintOf } from "./binding.js";

const fingerprint = (byte: string): string => Array.from({ length: 32 }, () => byte).join(":");
const line = (value: string, hash = "sha-256"): string => `a=fingerprint:${hash} ${value}\r\n`;

test("finds the one fingerprint, in the session or a media section, or the same in both", () => {
  expect(fingerprintOf(`v=0\r\n${line(fingerprint("ab"))}m=application\r\n`)).toBe(fingerprint("AB"));
  expect(fingerprintOf(line(fingerprint("AB")) + line(fingerprint("ab"), "SHA-256"))).toBe(fingerprint("AB"));
});

test("refuses none, another hash, a short one, and two that differ", () => {
  const refused = [
    "",
    line(fingerprint("AB"), "sha-1"),
    line("AB:CD"),
    line(fingerprint("AB")) + line(fingerprint("CD")),
    line(fingerprint("AB")) + line("AB:CD", "sha-1"),
  ];
  for (const sdp of refused) expect(fingerprintOf(sdp)).toBeUndefined();
});

test("the binding depends on both ends and on who is first", () => {
  const [one, two] = [fingerprint("AB"), fingerprint("CD")];
  expect(bindingOf(one, two)).toHaveLength(32);
  expect(bindingOf(one, two)).toEqual(bindingOf(one, two));
  expect(bindingOf(one, two)).not.toEqual(bindingOf(two, one));
  expect(bindingOf(one, two)).not.toEqual(bindingOf(one, one));
});
