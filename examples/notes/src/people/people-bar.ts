import { element, fill } from "../element.js";
import { icon } from "../icon.js";
import { createPopover } from "../shell/popover.js";
import { avatar } from "./avatar.js";
import { createMeForm } from "./me-form.js";
import type { Person } from "./person.js";
import type { Presence, Present } from "./presence.js";

/** The people who are here, at the top of the window. */
export interface PeopleBar {
  readonly element: HTMLElement;
  /** Shows everyone anew, after a page's title changed, say. */
  refresh(): void;
  close(): void;
}

/** What `createPeopleBar` needs to know. */
export interface PeopleBarOptions {
  readonly presence: Presence;
  readonly me: Person;
  onMe(me: Person): void;
  onShare(): void;
  /** The title of a page for "on …"; `undefined` for a page that is not there any more. */
  titleOf(page: string): string | undefined;
  /** Shows the page somebody looks at. */
  goTo(page: string): void;
}

/** More would push everything else off a small window; the list behind the button has everybody. */
const maxShown = 4;

/** Avatars of those who are here, a list of them, and one's own name and colour. */
export const createPeopleBar = (options: PeopleBarOptions): PeopleBar => {
  const { presence } = options;
  let me = options.me;
  const faces = element("div", { className: "faces" });
  const mine = element("button", {
    type: "button",
    className: "face face-me",
    testId: "me",
    onclick: () => popover.open(),
  });
  const bar = element("div", {
    className: "people",
    role: "group",
    ariaLabel: "People here",
    testId: "people",
  });
  bar.append(faces, mine);

  const list = element("div", { className: "people-list" });
  const form = createMeForm(me, (changed) => {
    me = changed;
    options.onMe(changed);
    refresh();
  });
  const popover = createPopover({
    anchor: mine,
    label: "People",
    content: element("div", { className: "people-panel" }, form, list),
  });
  const go = (page: string): void => {
    popover.close();
    options.goTo(page);
  };
  const share = (): void => {
    popover.close();
    options.onShare();
  };

  const refresh = (): void => {
    const others = presence.others();
    const shown = others.length > maxShown ? others.slice(0, maxShown - 1) : others;
    const hidden = others.length - shown.length;
    const more =
      hidden > 0
        ? element(
            "button",
            { type: "button", className: "face face-more", onclick: () => popover.open() },
            `+${hidden}`,
          )
        : undefined;
    if (more) more.ariaLabel = `${hidden} more people`;
    fill(faces, ...shown.map((person) => face(person, whereIs(person, options), go)), more);
    fill(mine, avatar(me));
    mine.title = `${me.name} (you)`;
    mine.ariaLabel = `${me.name} (you): people and your name`;
    fill(list, element("h3", {}, "Here now"), ...peopleRows(others, options, go, share));
  };
  refresh();
  return { element: bar, refresh, close: presence.subscribe(refresh) };
};

const whereIs = ({ page }: Present, { titleOf }: PeopleBarOptions): string | undefined => {
  const title = page === undefined ? undefined : titleOf(page);
  return title === undefined ? undefined : `on “${title}”`;
};

const face = (person: Present, where: string | undefined, go: (page: string) => void): HTMLElement => {
  const label = `${person.name}${person.mine ? " (you, elsewhere)" : ""}${where === undefined ? "" : `, ${where}`}`;
  return element(
    "button",
    {
      type: "button",
      className: "face",
      title: label,
      ariaLabel: label,
      onclick: () => where !== undefined && person.page !== undefined && go(person.page),
    },
    avatar(person),
  );
};

const peopleRows = (
  others: readonly Present[],
  options: PeopleBarOptions,
  go: (page: string) => void,
  share: () => void,
): readonly HTMLElement[] => {
  if (others.length === 0) {
    return [
      element("p", { className: "hint" }, "No one else is here yet."),
      element(
        "button",
        { type: "button", className: "button button-soft", onclick: share },
        icon("share"),
        "Share the link",
      ),
    ];
  }
  return others.map((person) => {
    const where = whereIs(person, options);
    return element(
      "button",
      {
        type: "button",
        className: "person",
        disabled: where === undefined,
        onclick: () => person.page !== undefined && go(person.page),
      },
      avatar(person),
      element(
        "span",
        { className: "person-words" },
        element("strong", {}, person.mine ? "You, in another window" : person.name),
        where === undefined ? undefined : element("small", {}, where),
      ),
    );
  });
};
