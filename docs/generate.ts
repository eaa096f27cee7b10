/** Runs every command that the documents show and rewrites what they print, the files they show and their tables: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './commands.ts';
import { heatMap } from '../cli/matrix-svg.ts';
import { factorChart } from '../cli/reductions-svg.ts';
import { writeRaceFiles } from './corpus/write.ts';
import { recordedMatrix } from './matrix.ts';
import { recordedReductions } from './reductions.ts';
import { DOCUMENTS, read, upToDate } from './regenerate.ts';

await writeRaceFiles();
writeFileSync(path.join(root, 'docs/images/matrix.svg'), heatMap(await recordedMatrix()));
writeFileSync(path.join(root, 'docs/images/triples.svg'), heatMap(await recordedMatrix(3)));
writeFileSync(path.join(root, 'docs/images/reductions.svg'), factorChart(await recordedReductions()));
for (const file of DOCUMENTS) {
  const before = read(file);
  const after = await upToDate(file);
  if (after === before) continue;
  writeFileSync(path.join(root, file), after);
  console.log(`${file} rewritten`);
}
