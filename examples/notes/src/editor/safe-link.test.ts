import { expect, test } from "vitest";
import { isSafeLink, readLink } from "./safe-link.js";

test("only web and mail addresses are links", () => {
  expect(isSafeLink("https://example.org/a?b#c")).toBe(true);
  expect(isSafeLink("mailto:ada@example.org")).toBe(true);
  for (const bad of [
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/a",
    "",
    7,
    null,
  ]) {
    expect(isSafeLink(bad)).toBe(false);
  }
});

test("what people type becomes a whole address", () => {
  expect(readLink(" example.org/a ")).toBe("https://example.org/a");
  expect(readLink("http://example.org")).toBe("http://example.org");
  expect(readLink("ada@example.org")).toBe("mailto:ada@example.org");
  expect(readLink("localhost:8080/x")).toBe("https://localhost:8080/x");
});

test("what cannot be a link is refused", () => {
  for (const bad of [
    "",
    "two words",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "ftp://example.org",
    "https://",
  ]) {
    expect(readLink(bad)).toBeUndefined();
  }
});
