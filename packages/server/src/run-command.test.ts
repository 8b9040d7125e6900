import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./run-command.js";

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const printed: string[] = [];
  const complaints: string[] = [];
  const server = await runCommand({
    args,
    env,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  });
  if (typeof server !== "number") onTestFinished(() => server.close());
  return { server, printed, complaints };
};

test("it starts a server, says where, and the server can be closed", async () => {
  const { server, printed } = await run(["--port", "0", "--host", "127.0.0.1"]);
  if (typeof server === "number") throw new Error(`exit code ${server}`);
  expect(printed).toEqual([`manyhands-server listens on ws://127.0.0.1:${server.port}`]);
  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe("okay");
});

test("the port may come from the variable PORT, and the option wins", async () => {
  const { server } = await run(["--host", "127.0.0.1"], { PORT: "0" });
  expect(server).toMatchObject({ port: expect.any(Number) });
  const other = await run(["--host", "127.0.0.1", "--port", "0"], { PORT: "nonsense" });
  expect(other.complaints).toEqual([]);
});

test("--verbose says what happens", async () => {
  const { printed } = await run(["--port", "0", "--host", "127.0.0.1", "--verbose"]);
  expect(printed[0]).toMatch(/^info server-listens url=ws:\/\/127\.0\.0\.1:\d+$/);
});

test("--help shows every option and starts nothing", async () => {
  const { server, printed } = await run(["--help"]);
  expect(server).toBe(0);
  for (const option of ["--port", "--host", "--trust-proxy", "--verbose", "--help"])
    expect(printed.join("\n")).toContain(option);
});

test.each([
  [["--prot", "1"], /--prot.*\n.*--help/],
  [["--port", "http"], /"http" is not a port/],
  [["--port", "65536"], /"65536" is not a port/],
  [["--port", "0", "--host", "192.0.2.1"], /cannot listen on port 0 of 192\.0\.2\.1/],
])("%j is refused with a word on what to do", async (args, complaint) => {
  const { server, printed, complaints } = await run(args);
  expect(server).toBe(1);
  expect(printed).toEqual([]);
  expect(complaints.join("\n")).toMatch(complaint);
});
