import type { ErrorCode } from "@manyhands/core";

/** What a person should know about a problem, without jargon. */
export const problemWords = (code: ErrorCode): string => {
  switch (code) {
    case "wrong-secret":
      return "Somebody tried to connect with a link that does not fit this notebook. They were not let in.";
    case "invalid-secret":
      return "The link to this notebook cannot be read.";
    case "storage-blocked":
    case "storage-failed":
      return whyOnlyInMemory(code);
    case "signaling-unreachable":
      return "The meeting point does not answer, so no new devices are found.";
    case "link-failed":
      return "A device was found but could not be reached. Its network, or yours, may not allow direct connections.";
    case "too-large":
      return "Something was too large to be sent to others. It is still here; try it in smaller pieces.";
    case "insecure-context":
      return "This page was not opened over a secure connection.";
    case "unsupported":
      return "This browser lacks something that notebooks need. A current version of any browser has it.";
    case "invalid-option":
      return "The app is set up wrongly: an address in its settings cannot be read.";
    case "closed":
    case "aborted":
      return "The notebook was closed.";
  }
};

/** Why nothing is written to this device. */
export const whyOnlyInMemory = (code: ErrorCode | undefined): string => {
  switch (code) {
    case "storage-blocked":
      return "This browser does not let the page keep anything: a private window, perhaps, or a setting.";
    case "storage-failed":
      return "This browser could not write to its storage; the disk may be full.";
    default:
      return "Nothing is kept on this device.";
  }
};
