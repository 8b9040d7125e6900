import type { Kept } from "./kept.js";

/** The colours the app shows itself in. */
export type Theme = "light" | "dark";

// `public/theme.js` reads the same key before the first paint.
const key = "theme";

/** What is shown now: the person's choice on this device, else the system's. */
export const currentTheme = (): Theme => {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

/** Switches to the other theme and remembers it; choosing the system's own theme means to follow the system again. */
export const switchTheme = (kept: Kept): Theme => {
  const next: Theme = currentTheme() === "dark" ? "light" : "dark";
  const system: Theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (next === system) {
    delete document.documentElement.dataset["theme"];
    kept.write(key, undefined);
  } else {
    document.documentElement.dataset["theme"] = next;
    kept.write(key, next);
  }
  return next;
};
