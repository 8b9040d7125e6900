import { expect, test } from "vitest";
import { clientAddress } from "./client-address.js";

test.each([
  ["192.0.2.1", undefined, "192.0.2.1"],
  ["::ffff:192.0.2.1", undefined, "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2"],
  ["2001:db8:1:2::9", undefined, "2001:db8:1:2"],
  ["2001:0db8::1", undefined, "2001:db8:0:0"],
  ["::1", undefined, "0:0:0:0"],
  ["fe80::1%eth0", undefined, "fe80:0:0:0"],
  ["64:ff9b::192.0.2.1", undefined, "64:ff9b:0:0"],
  [undefined, undefined, ""],
  ["10.0.0.1", "192.0.2.7", "192.0.2.7"],
  ["10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"],
  ["10.0.0.1", "192.0.2.7:5000", "192.0.2.7"],
  ["10.0.0.1", "[2001:db8:1:2::9]:5000", "2001:db8:1:2"],
  ["10.0.0.1", "unknown", "10.0.0.1"],
  ["10.0.0.1", "", "10.0.0.1"],
])("remote %s, forwarded for %s: %s", (remote, forwardedFor, address) => {
  expect(clientAddress(remote, forwardedFor)).toBe(address);
});
