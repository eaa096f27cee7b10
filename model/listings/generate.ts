/** Writes the golden listings: `npx tsx model/listings/generate.ts`. A change of the model then shows as a change of C. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { goldenListings } from './goldens.ts';

const here = import.meta.dirname;

for (const entry of readdirSync(here, { withFileTypes: true })) {
  if (entry.isDirectory()) rmSync(path.join(here, entry.name), { recursive: true });
}
for (const [file, text] of goldenListings()) {
  mkdirSync(path.join(here, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(here, file), text);
}
