// Relative luminance at which white and black text contrast alike: 4.58 : 1, above the 4.5 : 1 of WCAG 2.2 AA.
const luminanceOfCarets = 0.179;

/**
 * The colour of a person who chose none: the same name gives the same `#rrggbb` on every device.
 * Every colour contrasts at least 4.5 : 1 with both white and black, so carets show on light and dark pages.
 */
export const userColor = (name: string): string => {
  const hue = hash(name) % 360;
  let dark = 0;
  let light = 1;
  // Lightness grows with luminance at a fixed hue; 12 halvings are finer than one step of 255.
  for (let round = 0; round < 12; round++) {
    const middle = (dark + light) / 2;
    if (luminance(fromHsl(hue, 0.75, middle)) < luminanceOfCarets) dark = middle;
    else light = middle;
  }
  return toHex(fromHsl(hue, 0.75, dark));
};

/** Black or white, whichever can be read better on `color` (`#rrggbb`). Never below 4.5 : 1. */
export const labelColor = (color: string): "#000000" | "#ffffff" =>
  luminance(fromHex(color)) > luminanceOfCarets ? "#000000" : "#ffffff";

/** Whether this is a colour that carets take: `#` and six hexadecimal digits. */
export const isColor = (value: unknown): value is string =>
  typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);

type Rgb = readonly [red: number, green: number, blue: number];

// FNV-1a: short, stable for ever, and spreads names that differ in one letter.
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV alone follow the last letter too closely.
  return (value ^ (value >>> 15)) >>> 0;
};

const fromHsl = (hue: number, saturation: number, lightness: number): Rgb => {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (offset: number): number => {
    const step = (offset + hue / 30) % 12;
    return lightness - reach * Math.max(-1, Math.min(step - 3, 9 - step, 1));
  };
  return [part(0), part(8), part(4)];
};

const fromHex = (color: string): Rgb => {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
};

const toHex = (rgb: Rgb): string =>
  `#${rgb
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;

const luminance = (rgb: Rgb): number => {
  const [red, green, blue] = rgb;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
};

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
