import { expect, test } from "vitest";
import { inviteIn, linkTo, readAddress } from "./address.js";

const at = (search: string, hash = "", protocol = "http:"): Parameters<typeof readAddress>[0] => ({
  protocol,
  hostname: "notes.example",
  search,
  hash,
});

test("signaling comes from the address, then the build, then from beside the page", () => {
  expect(readAddress(at("?signaling=wss://a.example"), "wss://b.example").signaling).toEqual([
    "wss://a.example",
  ]);
  expect(readAddress(at(""), "wss://b.example").signaling).toEqual(["wss://b.example"]);
  expect(readAddress(at(""), undefined).signaling).toEqual(["ws://notes.example:4444"]);
  expect(readAddress(at("", "", "https:"), undefined).signaling).toEqual(["wss://notes.example:4444"]);
});

test("several servers, or none, can be named; what is no server is left out", () => {
  const several = readAddress(
    at("?signaling=wss://a.example,%20ws://b.example:1,javascript:alert(1)"),
    undefined,
  );
  expect(several.signaling).toEqual(["wss://a.example", "ws://b.example:1"]);
  expect(readAddress(at("?signaling=none"), "wss://b.example").signaling).toEqual([]);
});

test("an address without a fragment names no notebook", () => {
  expect(readAddress(at(""), undefined).invite).toBeUndefined();
  expect(readAddress(at("", "#"), undefined).invite).toBeUndefined();
  expect(readAddress(at("", "#mh1.abc"), undefined).invite).toBe("#mh1.abc");
});

test("a link keeps the signaling server, and its key is found again", () => {
  const location = {
    origin: "https://notes.example",
    pathname: "/app/",
    search: "?signaling=wss://a.example",
  };
  const link = linkTo("#mh1.Ab-_9", location);
  expect(link).toBe("https://notes.example/app/?signaling=wss://a.example#mh1.Ab-_9");
  expect(inviteIn(`Look: ${link} !`)).toBe("#mh1.Ab-_9");
  expect(inviteIn("https://notes.example/")).toBeUndefined();
});
