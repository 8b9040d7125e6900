import { expect, test } from "vitest";
import { formatPage } from "./page-of-results.js";
import { compare } from "./row.js";

test("the page names the machine and holds the table", () => {
  const machine = {
    date: "2026-01-02",
    cores: "2 × Chip",
    memory: "4 GiB",
    system: "Linux 6",
    node: "v20",
    browser: "Chromium 156",
    loadBefore: "0.5",
    loadAfter: "1.5",
  };
  const row = compare({
    name: "thing",
    peerName: "peer",
    unit: " B",
    peer: [2],
    ours: [1],
    limit: "0",
    aim: { of: "ratio", atMost: 1 },
  });
  const page = formatPage(machine, [row]);
  expect(page).toContain("| date | 2026-01-02 |");
  expect(page).toContain("0.5 before, 1.5 after");
  expect(page).toContain("| thing | peer: 2 B | 1 B | 0.5× | 0 | ≤ 1× | yes |");
});
