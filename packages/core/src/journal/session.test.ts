import { nodeSignatures, SeededRandom } from "@manyhands/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { deviceIdOf } from "../ids.js";
import * as codec from "../wire/codec.js";
import { certifiedBytes, clientIdOfKey, createSession, readKnownSession, sessionOfKey } from "./session.js";

const room = new Uint8Array(32).fill(1);
const otherRoom = new Uint8Array(32).fill(2);
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a client is from 1 to 2^53 - 1", () => {
  let largest = 0;
  void fc.assert(
    fc.property(key, (sessionKey) => {
      const client = clientIdOfKey(room, sessionKey);
      expect(Number.isSafeInteger(client)).toBe(true);
      expect(client).toBeGreaterThanOrEqual(1);
      largest = Math.max(largest, client);
    }),
    { numRuns: 1000 },
  );
  // All 53 bits are used: of 1,000 the largest is in the upper tenth.
  expect(largest).toBeGreaterThan(0.9 * 2 ** 53);
});

test("session, client and certificate are other ones in another room and for another key", () => {
  void fc.assert(
    fc.property(key, key, (one, other) => {
      expect(sessionOfKey(room, one)).not.toBe(sessionOfKey(otherRoom, one));
      expect(clientIdOfKey(room, one)).not.toBe(clientIdOfKey(otherRoom, one));
      expect(certifiedBytes(room, one)).not.toEqual(certifiedBytes(otherRoom, one));
      if (!codec.sameBytes(one, other)) expect(sessionOfKey(room, one)).not.toBe(sessionOfKey(room, other));
    }),
  );
});

test("a session is certified by its device, and new every time", async () => {
  const signatures = nodeSignatures(new SeededRandom(1));
  const device = await signatures.createKeys();
  const [one, other] = [
    await createSession(room, device, signatures),
    await createSession(room, device, signatures),
  ];
  expect(one.id).not.toBe(other.id);
  expect(one.device).toBe(deviceIdOf(device.publicKey));
  const certified = certifiedBytes(room, one.keys.publicKey);
  expect(await signatures.verify(device.publicKey, certified, one.certificate)).toBe(true);
});

test("a known session reads back from its key and device alone", async () => {
  const signatures = nodeSignatures(new SeededRandom(1));
  const { id, device, clientId, keys, deviceKey } = await createSession(
    room,
    await signatures.createKeys(),
    signatures,
  );
  const bytes = codec.concat(keys.publicKey, deviceKey);
  expect(codec.decode(bytes, (from) => readKnownSession(from, room))).toEqual({
    session: id,
    device,
    clientId,
    sessionKey: keys.publicKey,
  });
});
