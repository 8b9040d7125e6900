import fc from "fast-check";
import { expect, test } from "vitest";
import { isColor, labelColor, userColor } from "./user-color.js";

const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

test("a name has one colour, which shows on light and dark pages", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const color = userColor(name);
      expect(isColor(color)).toBe(true);
      expect(userColor(name)).toBe(color);
      expect(contrast(color, "#ffffff")).toBeGreaterThan(4.4);
      expect(contrast(color, "#000000")).toBeGreaterThan(4.4);
    }),
  );
});

test("the text of a label can be read on any colour", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
      const color = `#${value.toString(16).padStart(6, "0")}`;
      expect(contrast(color, labelColor(color))).toBeGreaterThan(4.5);
    }),
  );
});

test("names that differ in a letter differ in colour", () => {
  const colors = new Set(["Ada", "Adb", "Bea", "Cid", "Dan", "Eva"].map(userColor));
  expect(colors.size).toBe(6);
});
