// Fails if a source file imports what its layer may not, goes round in a circle, or touches real time, chance or `any`.
import { checkLayers } from "./layers/check-layers.mjs";

const { problems, fileCount } = checkLayers(process.cwd());
if (fileCount === 0) problems.push("no source file was found: run this at the root of the repository");
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error(`\n${problems.length} problems of layers in ${fileCount} files`);
else console.log(`layers: ${fileCount} files in order`);
process.exitCode = problems.length > 0 ? 1 : 0;
