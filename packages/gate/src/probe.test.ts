import { test } from "vitest";
import * as Y from "yjs";
import { keepPure } from "./pure-doc.js";
import { canonicalState, runHonestSession, shuffleCausally } from "./testing/honest-session.js";
import { SeededRandom } from "./testing/seeded-random.js";
import { createGate } from "./gate.js";
const dump = (b64: string) => { const {structs, ds} = Y.decodeUpdateV2(Buffer.from(b64,'base64')); return structs.map((s: any) => `${s.id.client}:${s.id.clock}+${s.length} ${s.constructor.name} ${s.content?.constructor.name ?? ''} ${JSON.stringify(s.content?.arr ?? s.content?.str ?? s.content?.type?.constructor.name ?? s.content?.opts ?? '', (k, v) => typeof v === 'bigint' ? String(v) : v)} o=${JSON.stringify(s.origin)} r=${JSON.stringify(s.rightOrigin)} p=${JSON.stringify(s.parent)} ${s.parentSub}`).concat(JSON.stringify([...ds.clients])); };
test("p", {timeout: 600000}, () => {
  const mend = process.env["MEND"] !== "0";
  for (let s = 1002; s <= 1002; s++) {
    const x = runHonestSession(s, 60, { mend }); 
    const st = x.authors.map(a => canonicalState(a.doc));
    const gate = createGate(); const app = new Y.Doc(); keepPure(app);
    for (const b of shuffleCausally(x.blocks, x.authors.length, new SeededRandom(1))) { const v = gate.admit(b.candidate); if (v.ok) Y.applyUpdate(app, v.bytes); }
    st.push(canonicalState(app));
    console.log(st.map(v => st.indexOf(v)), x.authors.map(a => a.doc.clientID));
    const other = st.find(v => v !== st[0])!;
    if (other) { const A = dump(st[0]!), B = dump(other); const onlyA = A.filter(l => !B.includes(l)), onlyB = B.filter(l => !A.includes(l)); console.log(onlyA.join("\n"), "\n----\n", onlyB.join("\n")); }
  }
});
