import { element } from "../element.js";
import { icon } from "../icon.js";
import { openDialog } from "../shell/dialog.js";
import { qrCode } from "./qr-code.js";

/** Shows the link to a notebook in every way in which one hands a link on. */
export const openShareDialog = (link: string, notebook: string): void => {
  const field = element("input", {
    type: "text",
    className: "input share-link",
    readOnly: true,
    value: link,
    ariaLabel: "Link to this notebook",
    testId: "share-link",
    onfocus: () => field.select(),
  });
  const said = element("p", { className: "hint", role: "status" });
  const copyWords = element("span", {}, "Copy");
  const copy = element(
    "button",
    {
      type: "button",
      className: "button button-main",
      autofocus: true,
      onclick: async () => {
        const done = await copyText(link);
        if (!done) field.focus();
        copyWords.textContent = done ? "Copied" : "Copy";
        said.textContent = done ? "The link is on your clipboard." : "Press Ctrl+C or ⌘C to copy the link.";
      },
    },
    icon("copy"),
    copyWords,
  );
  openDialog(
    "Share this notebook",
    element(
      "p",
      { className: "share-words" },
      "Everyone with this link can read and change the whole notebook. The link is the only key, and a key " +
        "once given away cannot be taken back.",
    ),
    element("div", { className: "row" }, field, copy, nativeShare(link, notebook)),
    said,
    isOnlyHere(link) ? onlyHere() : scan(link),
  );
};

/** An address that means another machine on every machine. */
const isOnlyHere = (link: string): boolean => /^(localhost|127\.|\[::1\])/.test(new URL(link).host);

const onlyHere = (): HTMLElement =>
  element(
    "p",
    { className: "hint" },
    "This link opens on this computer only: its address is “localhost”. Put the app on a web server with https to write " +
      "with others.",
  );

const scan = (link: string): HTMLElement =>
  element(
    "div",
    { className: "share-scan" },
    qrCode(link, "The same link as a code to scan"),
    element(
      "div",
      {},
      element("strong", {}, "Or scan it with a phone"),
      element(
        "p",
        {},
        "Notes go straight from device to device, so a newcomer gets them while somebody who has them is online. " +
          "After that they have them, too.",
      ),
    ),
  );

const nativeShare = (link: string, notebook: string): HTMLElement | undefined => {
  if (!("share" in navigator)) return undefined;
  const data: ShareData = { title: notebook, url: link };
  return element(
    "button",
    {
      type: "button",
      className: "button button-soft",
      onclick: async () => {
        try {
          await navigator.share(data);
        } catch {
          // The person changed their mind, or the system has no way to share: the link is still there to copy.
        }
      },
    },
    icon("share"),
    "Send…",
  );
};

const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Not allowed here.
  }
};
