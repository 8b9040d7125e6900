import { element } from "../element.js";
import { cleanName, maxNameLength, type Person, personColors } from "./person.js";

/** One's own name and colour; `onChange` gets every change as it is typed. */
export const createMeForm = (initial: Person, onChange: (me: Person) => void): HTMLElement => {
  let me = initial;
  const change = (part: Partial<Person>): void => {
    me = { ...me, ...part };
    onChange(me);
  };
  const name = element("input", {
    type: "text",
    className: "input",
    value: me.name,
    maxLength: maxNameLength,
    autocomplete: "name",
    spellcheck: false,
    testId: "name-input",
    oninput: () => {
      // An empty field is somebody about to type: keep the last name meanwhile.
      const clean = cleanName(name.value);
      if (clean !== undefined) change({ name: clean });
    },
    onblur: () => {
      name.value = me.name;
    },
  });
  const swatches = personColors.map((color) => {
    const input = element("input", {
      type: "radio",
      name: "color",
      value: color.value,
      checked: color.value === me.color,
      ariaLabel: color.name,
      onchange: () => change({ color: color.value }),
    });
    const swatch = element("label", { className: "swatch", title: color.name }, input);
    swatch.style.setProperty("--person", color.value);
    return swatch;
  });
  return element(
    "div",
    { className: "me-form" },
    element("label", { className: "field" }, element("span", {}, "Your name"), name),
    element("div", { className: "swatches", role: "radiogroup", ariaLabel: "Your colour" }, ...swatches),
  );
};
