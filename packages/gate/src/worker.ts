/** What runs in the worker that `createGateWorker` starts. Its only caller is that function, in the same origin. */
import { serveGate } from "./serve-gate.js";

const serve = serveGate();
self.addEventListener("message", ({ data }) => self.postMessage(serve(data)));
