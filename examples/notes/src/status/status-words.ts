import type { RoomState } from "@manyhands/core";
import type { IconName } from "../icon.js";
import { problemWords, whyOnlyInMemory } from "./problem-words.js";

/** `good`: safe; `busy`: on its way; `quiet`: safe, but alone; `warn`: something can be lost. */
export type Tone = "good" | "busy" | "quiet" | "warn";

/** One line of the details. */
export interface StatusDetail {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

/** What people are told about the safety of their notes. */
export interface StatusWords {
  readonly tone: Tone;
  /** A few words for the indicator. */
  readonly label: string;
  readonly details: readonly StatusDetail[];
}

/** What the room does not know itself. */
export interface StatusSurroundings {
  /** False when the browser says that there is no network. */
  readonly online: boolean;
  /** False while a notebook that was opened by its link has not come to this device yet. */
  readonly met: boolean;
  readonly signaling: readonly string[];
  /** Shows a moment (ms since 1970) as a time of day. */
  formatTime(at: number): string;
}

/** Puts a room's state into plain words. It never claims more than the state says. */
export const describeStatus = (state: RoomState, surroundings: StatusSurroundings): StatusWords => {
  const alone = state.peers.length === 0;
  const details = [
    onThisDevice(state),
    onOtherDevices(state, surroundings),
    linked(state, surroundings),
    meetingPoint(state, surroundings),
    ...problem(state),
  ];
  if (state.status === "closed") return { tone: "quiet", label: "Closed", details };
  if (state.status === "loading" || state.storage.kind === "loading") {
    return { tone: "busy", label: "Opening…", details };
  }
  if (state.storage.kind === "memory") {
    const { devices } = state.saved;
    const label = devices > 0 ? `Saved on ${others(devices)}, not here` : "Only in memory";
    return { tone: "warn", label, details };
  }
  if (!state.saved.here) return { tone: "busy", label: "Saving…", details };
  const cutOff = alone && (!surroundings.online || state.signaling === "unreachable");
  if (!surroundings.met && state.saved.onlyHereSince === undefined) {
    const label = cutOff ? "Not connected, nothing here yet" : "Looking for its pages…";
    return { tone: cutOff ? "quiet" : "busy", label, details };
  }
  const place = state.saved.devices > 0 ? `${state.saved.devices + 1} devices` : "this device";
  if (alone && !surroundings.online) return { tone: "quiet", label: `Offline, saved on ${place}`, details };
  if (cutOff) return { tone: "quiet", label: `Not connected, saved on ${place}`, details };
  return { tone: "good", label: `Saved on ${place}`, details };
};

const onThisDevice = ({ status, storage, saved }: RoomState): StatusDetail => {
  const line = { icon: "device", title: "On this device" } as const;
  if (status === "loading" || storage.kind === "loading") {
    return { ...line, tone: "busy", text: "Opening what is kept here…" };
  }
  if (storage.kind === "memory") {
    const text = `${whyOnlyInMemory(storage.problem?.code)} What no other device holds is lost when this tab closes.`;
    return { ...line, tone: "warn", text };
  }
  if (!saved.here) return { ...line, tone: "busy", text: "Writing your latest changes…" };
  const recovered = storage.recovered
    ? " The browser had lost earlier data; it is fetched again from others who have it."
    : "";
  return { ...line, tone: "good", text: `Everything you wrote is saved in this browser.${recovered}` };
};

const onOtherDevices = ({ saved }: RoomState, { formatTime }: StatusSurroundings): StatusDetail => {
  const line = { icon: "sync", title: "On other devices" } as const;
  if (saved.devices > 0) {
    const text = `Everything you wrote is also saved on ${others(saved.devices)}.`;
    return { ...line, tone: "good", text };
  }
  const text =
    saved.onlyHereSince === undefined
      ? "No other device has said that it keeps what you wrote."
      : `What you wrote since ${formatTime(saved.onlyHereSince)} is on no other device yet.`;
  return { ...line, tone: "quiet", text };
};

const linked = (state: RoomState, { online }: StatusSurroundings): StatusDetail => {
  const line = { icon: "people", title: "Connected" } as const;
  const windows = state.peers.length;
  if (windows === 0) {
    const text = online
      ? "Nobody else is connected right now."
      : "There is no network. Write on: changes are sent when it is back.";
    return { ...line, tone: "quiet", text };
  }
  const devices = new Set(state.peers.map(({ device }) => device)).size;
  const whom = `${windows} other ${windows === 1 ? "window" : "windows"}${devices < windows ? ` on ${devices} ${devices === 1 ? "device" : "devices"}` : ""}`;
  return state.synced
    ? { ...line, tone: "good", text: `Linked with ${whom}; all have the same notes.` }
    : { ...line, tone: "busy", text: `Linked with ${whom}; changes are being exchanged.` };
};

const meetingPoint = (state: RoomState, { signaling }: StatusSurroundings): StatusDetail => {
  const line = { icon: "search", title: "Finding others" } as const;
  const where = signaling.map(hostOf).join(", ");
  switch (state.signaling) {
    case "connected":
      return {
        ...line,
        tone: "good",
        text: `The meeting point (${where}) answers. It introduces devices to each other and cannot read your notes.`,
      };
    case "connecting":
      return { ...line, tone: "busy", text: `Calling the meeting point (${where})…` };
    case "unreachable":
      return {
        ...line,
        tone: "quiet",
        text: `The meeting point (${where}) does not answer, so no new devices are found. Those already linked go on. We keep trying.`,
      };
    case "none":
      return {
        ...line,
        tone: "quiet",
        text: "No meeting point is set up, so only other windows of this browser are found.",
      };
  }
};

// Storage and signaling have their own lines above.
const problem = ({ problem: found, storage }: RoomState): readonly StatusDetail[] => {
  if (!found || found.code === "signaling-unreachable") return [];
  if (storage.kind === "memory" && found.code === storage.problem?.code) return [];
  return [
    { icon: "alert", tone: "warn", title: "Something needs attention", text: problemWords(found.code) },
  ];
};

const others = (devices: number): string => `${devices} other ${devices === 1 ? "device" : "devices"}`;

const hostOf = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
};
