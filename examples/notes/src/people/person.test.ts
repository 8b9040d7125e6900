import { expect, test } from "vitest";
import { cleanColor, cleanName, initialsOf } from "./person.js";

test("initials are the first letters of the first and the last word", () => {
  expect(initialsOf("Ada Lovelace")).toBe("AL");
  expect(initialsOf("  maya  ")).toBe("M");
  expect(initialsOf("Jean de la Fontaine")).toBe("JF");
  expect(initialsOf("")).toBe("?");
});

test("a name from elsewhere is one short line, or nothing", () => {
  expect(cleanName(" Ada\n\u202eLovelace ")).toBe("Ada Lovelace");
  expect(cleanName("x".repeat(500))?.length).toBe(40);
  expect(cleanName("\u200b \n")).toBeUndefined();
});

test("only a plain colour gets into a style", () => {
  expect(cleanColor("#B4451f")).toBe("#B4451f");
  expect(cleanColor("red;background:url(https://evil.example)")).toBe("#64748b");
  expect(cleanColor(7)).toBe("#64748b");
});
