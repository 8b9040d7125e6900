import { formatTable, type Row } from "./row.js";

/** What the page says of the machine. */
export interface Surroundings {
  readonly date: string;
  readonly cores: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly browser: string;
  readonly loadBefore: string;
  readonly loadAfter: string;
}

/** The page `docs/benchmarks.md`. */
export const formatPage = (machine: Surroundings, rows: readonly Row[]): string => `# Benchmarks

What manyhands costs, measured side by side with what people use today. Written by \`npm run bench -- --write\`.

| | |
|---|---|
| date | ${machine.date} |
| machine | ${machine.cores}, ${machine.memory}, ${machine.system}; shared with other work while this ran |
| load (runnable processes) | ${machine.loadBefore} before, ${machine.loadAfter} after |
| versions | Node ${machine.node}, ${machine.browser} |
| peers | y-webrtc 10.3.0, y-indexeddb 9.0.12, Yjs 13.6.33, y-protocols 1.0.7 |

${formatTable(rows)}

## How to read it

- Both sides run in turn in the same run, the order changing from round to round. A figure is the median of its rounds;
  \`ratio\` is the median of ours / peer of each round, and the smallest of them: noise of the machine hits both sides, so
  trust ratios, counts and bytes before milliseconds. Below 1× we are cheaper.
- *limit* is what physics or theory allows at best; *aim* is what we want to reach, whatever
  the last run showed.
- y-webrtc sends in the clear inside WebRTC and stores nothing; ours encrypts, signs and, where a row says nothing else,
  stores every edit in IndexedDB.
- *copies*: messages with document data in the whole room, over edits × devices that need them. *wire bytes*: what all
  \`RTCPeerConnection\`s of the room sent by their own statistics, acknowledgements and receipts included.
- *CPU per delivered edit*: all processes of the browser, from the first key until 3 s after the last, so that work which
  waits for a pause counts; less what the same room took before anything was typed.
- *first sync* runs from the first open data channel at the newcomer to the whole text, on a fresh connection. The bare
  channel sends as many bytes in messages of 16 KiB, at most 64 KiB buffered. "never": y-webrtc puts a document into one
  message, and above 256 KiB the browser refuses it.
- *open after 100,000 edits in one go*: as a pasting or typing program leaves it. Ours packed what came within 40 ms into
  one block, so it has few; edits typed by hand make a block each until a pause compacts them. The records of y-indexeddb,
  one for each edit as it makes them, were written in bulk to save the time.
- *store a keystroke, each on disk before the next*: ours seals, signs and asks for strict durability;
  y-indexeddb takes Chromium's default, which leaves the write with the operating system.
- *remote edits, each block … before the next comes* pays one Ed25519 verification per block; a stream shares one
  among the blocks that wait.
- *idle* counts messages on data channels; ours over ten minutes in the simulator, y-webrtc over one minute in real pages.
- The recorded edits are the first of \`automerge-paper\` ([where it is from](../packages/bench/data/README.md)).
`;
