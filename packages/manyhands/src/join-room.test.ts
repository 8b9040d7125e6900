import { expect, test } from "vitest";
import { createSecret, joinRoom, ManyhandsError } from "./index.js";

test("on a server, where there is neither page nor storage nor WebRTC, a room works in memory and says so", async () => {
  const room = joinRoom("server", { secret: createSecret(), signaling: "wss://signaling.example" });
  await room.whenLoaded();
  room.doc.getText("text").insert(0, "rendered");
  await room.whenSaved().then(
    () => expect.unreachable("nothing is saved without storage"),
    (problem: unknown) => expect(problem).toMatchObject({ code: "unsupported" }),
  );
  expect(room.state.storage.kind).toBe("memory");
  expect(room.state.saved.here).toBe(false);
  await room.close();
  expect(room.state.status).toBe("closed");
});

test("several rooms share their transports", async () => {
  const { browserTransports } = await import("./index.js");
  const transports = browserTransports();
  const secret = createSecret();
  const rooms = ["one", "two"].map((name) => joinRoom(name, { secret, transports, store: false }));
  for (const room of rooms) await room.whenLoaded();
  for (const room of rooms) await room.close();
  expect(rooms.map(({ state }) => state.status)).toEqual(["closed", "closed"]);
});

test.each([
  { name: "", options: { secret: createSecret() }, code: "invalid-option" },
  { name: "x", options: {}, code: "invalid-option" },
  { name: "x", options: { secret: "too short" }, code: "invalid-secret" },
  { name: "x", options: { passphrase: "short" }, code: "invalid-secret" },
  { name: "x", options: { invite: "#mh1.nonsense" }, code: "invalid-secret" },
  {
    name: "x",
    options: { secret: createSecret(), signaling: "http://not-a-socket" },
    code: "invalid-option",
  },
])("bad options are refused with $code", ({ name, options, code }) => {
  const attempt = (): unknown => joinRoom(name, options);
  expect(attempt).toThrow(ManyhandsError);
  expect(attempt).toThrow(expect.objectContaining({ code }));
});
