import { element } from "../element.js";
import { initialsOf, type Person } from "./person.js";

/** A person's initials on their colour. */
export const avatar = ({ name, color }: Pick<Person, "name" | "color">): HTMLElement => {
  const circle = element("span", { className: "avatar", ariaHidden: "true" }, initialsOf(name));
  circle.style.setProperty("--person", color);
  return circle;
};
