import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("a process ends by itself once its room is closed", () => {
  const script = `
    import { createSecret, joinRoom } from "manyhands";
    const room = joinRoom("ends", { secret: createSecret(), store: false });
    await room.whenLoaded();
    await room.close();
    console.log("closed");
  `;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: new URL("..", import.meta.url).pathname,
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ stdout: stdout.trim(), status }).toEqual({ stdout: "closed", status: 0 });
});
