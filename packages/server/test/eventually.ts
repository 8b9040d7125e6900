import { vi } from "vitest";

/** Looks again and again until `check` passes; patient, since the machine may be busy with other tests. */
export const eventually = async (check: () => unknown): Promise<void> => {
  await vi.waitFor(check, { timeout: 10_000, interval: 10 });
};
