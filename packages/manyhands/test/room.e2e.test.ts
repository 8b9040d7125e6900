import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Browsers } from "./browsers.js";
import * as inPage from "./room-in-page.js";

let browsers: Browsers;
beforeAll(async () => {
  browsers = await Browsers.start();
});
afterEach(async () => {
  await browsers.closeDevices();
});
afterAll(async () => {
  await browsers.stop();
});

/** So many devices in a room of that name. */
const gather = async (name: string, count: number): Promise<[Page, Page, ...Page[]]> => {
  const [a, b] = [await browsers.device(), await browsers.device()];
  const rest: Page[] = [];
  while (rest.length < count - 2) rest.push(await browsers.device());
  for (const page of [a, b, ...rest]) await inPage.openRoom(page, browsers, name);
  return [a, b, ...rest];
};

test("two browsers write into one text over WebRTC, and each says that the other has it", async () => {
  const [a, b] = await gather("two", 2);
  await inPage.typeInto(a, "Hello ");
  await expect.poll(() => inPage.textOf(b)).toBe("Hello ");
  await inPage.typeInto(b, "world");
  await expect.poll(() => inPage.textOf(a)).toBe("Hello world");
  const state = await inPage.stateOf(a);
  expect(state.peers.map(({ transport }) => transport)).toEqual(["webrtc"]);
  expect(state.storage).toEqual({ kind: "durable", recovered: false });
  await expect.poll(async () => (await inPage.stateOf(a)).saved).toMatchObject({ here: true, devices: 1 });
});

test("both offline, both edit, both reload, both back: one merged text", async () => {
  const [a, b] = await gather("offline", 2);
  await inPage.typeInto(a, "middle");
  await inPage.expectSameText([a, b]);
  for (const page of [a, b]) await inPage.pullCable(page);
  await inPage.typeInto(a, "<a>", 0);
  await inPage.typeInto(b, "<b>");
  for (const page of [a, b]) {
    await inPage.whenSaved(page);
    await browsers.visit(page);
    await inPage.pullCable(page);
    await inPage.openRoom(page, browsers, "offline");
  }
  expect([await inPage.textOf(a), await inPage.textOf(b)]).toEqual(["<a>middle", "middle<b>"]);
  for (const page of [a, b]) await inPage.plugCable(page);
  expect(await inPage.expectSameText([a, b])).toBe("<a>middle<b>");
});

test("a seed on five devices is there once", async () => {
  const pages = [];
  while (pages.length < 5) pages.push(await browsers.device());
  // All open and seed before any is linked: nobody can know of the others.
  for (const page of pages) await inPage.pullCable(page);
  for (const page of pages) {
    await inPage.openRoom(page, browsers, "seeded");
    await page.evaluate(() =>
      window.testPage.room.seed("v1", (doc) => doc.getText("text").insert(0, "Welcome!")),
    );
  }
  for (const page of pages) await inPage.plugCable(page);
  for (const page of pages) await inPage.expectSynced(page, 4);
  expect(await inPage.expectSameText(pages)).toBe("Welcome!");
});

test("a paste of 1 MB arrives whole", async () => {
  const [a, b] = await gather("paste", 2);
  const paste = "0123456789abcdef".repeat(65_536);
  await inPage.typeInto(a, paste);
  await expect.poll(async () => (await inPage.textOf(b)).length, { timeout: 30_000 }).toBe(paste.length);
  expect(await inPage.textOf(b)).toBe(paste);
});

test("signaling killed: editing goes on; started again: a third device joins", async () => {
  const [a, b] = await gather("signaling", 2);
  await inPage.expectSynced(a, 1);
  await browsers.killSignaling();
  await inPage.typeInto(a, "without a server");
  await expect.poll(() => inPage.textOf(b)).toBe("without a server");
  await expect.poll(async () => (await inPage.stateOf(a)).signaling, { timeout: 15_000 }).toBe("unreachable");
  expect((await inPage.stateOf(a)).problem).toBe("signaling-unreachable");
  await browsers.restartSignaling();
  const c = await browsers.device();
  await inPage.openRoom(c, browsers, "signaling");
  await inPage.expectSynced(c, 2, 60_000);
  expect(await inPage.textOf(c)).toBe("without a server");
});

test("undo takes back one's own words and never another's", async () => {
  const [a, b] = await gather("undo", 2);
  await a.evaluate(() => {
    const { room, Y } = window.testPage;
    Object.assign(window, { undo: new Y.UndoManager(room.doc.getText("text")) });
  });
  await inPage.typeInto(a, "my words");
  await expect.poll(() => inPage.textOf(b)).toBe("my words");
  await inPage.typeInto(b, "[theirs]", 3);
  await expect.poll(() => inPage.textOf(a)).toBe("my [theirs]words");
  await a.evaluate(() => (window as unknown as { undo: { undo(): void } }).undo.undo());
  expect(await inPage.expectSameText([a, b])).toBe("[theirs]");
});

test("20 of 20 destroyed links sync again", async () => {
  const [a, b] = await gather("broken", 2);
  await inPage.expectSynced(a, 1);
  for (let round = 0; round < 20; round++) {
    const victim = round % 2 === 0 ? a : b;
    expect(await victim.evaluate(() => window.testPage.cable.breakLinks())).toBeGreaterThan(0);
    await inPage.typeInto(a, `a${round} `);
    await inPage.typeInto(b, `b${round} `);
    await inPage.expectSameText([a, b], 5_000);
  }
  const words = (await inPage.textOf(a)).trim().split(" ");
  expect(new Set(words).size).toBe(40);
});

test("tabs of one browser sync without any signaling", async () => {
  const a = await browsers.device();
  const b = await browsers.tab(a);
  for (const page of [a, b]) await inPage.openRoom(page, browsers, "tabs", { signaling: [] });
  await inPage.typeInto(a, "from tab to tab");
  await expect.poll(() => inPage.textOf(b)).toBe("from tab to tab");
  const [inA, inB] = [await inPage.stateOf(a), await inPage.stateOf(b)];
  expect(inA.peers.map(({ transport }) => transport)).toEqual(["broadcast"]);
  expect(inA.peers[0]?.device).toBe(inB.peers[0]?.device);
  // The same device: nothing is safer than before.
  expect(inA.saved.devices).toBe(0);
});

test("another secret is another room: nobody meets, nothing is said to be synced", async () => {
  const [a, b] = [await browsers.device(), await browsers.device()];
  await inPage.openRoom(a, browsers, "same name");
  await inPage.openRoom(b, browsers, "same name", { passphrase: "not the same secret" });
  await inPage.typeInto(a, "private");
  await expect.poll(async () => (await inPage.stateOf(b)).signaling).toBe("connected");
  const c = await browsers.device();
  await inPage.openRoom(c, browsers, "same name");
  await inPage.expectSynced(c, 1);
  expect(await inPage.textOf(b)).toBe("");
  expect(await inPage.stateOf(b)).toMatchObject({ peers: [], synced: false });
});

test("a mangled invite is refused with a typed error", async () => {
  const page = await browsers.device();
  const code = await page.evaluate(async () => {
    const room = window.testPage.joinRoom("invites", { secret: window.testPage.createSecret() });
    const invite = await room.invite();
    await room.close();
    try {
      window.testPage.joinRoom("invites", { invite: invite.slice(0, -1) });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "accepted";
  });
  expect(code).toBe("invalid-secret");
});

test("blocked storage: the room works in memory and says so", async () => {
  const [a, b] = [await browsers.device(), await browsers.device()];
  await a.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
  for (const page of [a, b]) await inPage.openRoom(page, browsers, "blocked");
  await inPage.typeInto(a, "still here");
  await expect.poll(() => inPage.textOf(b)).toBe("still here");
  const state = await inPage.stateOf(a);
  expect(state.storage).toEqual({ kind: "memory", problem: "storage-blocked" });
  expect(state.saved.here).toBe(false);
});

test("an insecure context is refused with a typed error", async () => {
  const page = await browsers.device();
  const code = await page.evaluate(() => {
    Object.defineProperty(crypto, "subtle", { value: undefined });
    try {
      window.testPage.joinRoom("insecure", { secret: window.testPage.createSecret() });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "accepted";
  });
  expect(code).toBe("insecure-context");
});

test("close leaves no socket, connection or lock behind", async () => {
  const [a, b] = await gather("closing", 2);
  await inPage.expectSynced(a, 1);
  await a.evaluate(() => window.testPage.room.close());
  await expect.poll(async () => (await inPage.stateOf(b)).peers.length).toBe(0);
  const left = (): Promise<string> =>
    a.evaluate(async () => {
      const locks = (await navigator.locks.query()).held?.length;
      return `${window.testPage.cable.openLinks()} connections, ${locks} locks`;
    });
  await expect.poll(left).toBe("0 connections, 0 locks");
  expect(browsers.signaling.metrics().sockets).toBe(1);
});
