/** Which sources the command line is made of, and what identifies their present state. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What can be loaded: the first modules of the command and of its threads, and what the documents are made with. */
export const ENTRIES = [
  'cli/run.ts', 'cli/crew-worker.ts', 'cli/mutation-worker.ts', 'schedules/parallel-worker.ts',
  'cli/cases.ts', 'cli/check.ts', 'cli/diff.ts', 'cli/examine.ts', 'cli/failing-run.ts', 'cli/host.ts',
  'counterexamples/refused.ts', 'counterexamples/short.ts', 'counterexamples/touched.ts', 'model/races/ingredients.ts', 'model/scenarios/index.ts',
];

const FOLDERS = ['bin', 'cli', 'counterexamples', 'model', 'properties', 'schedules', 'viewer'];
/** Written by npm whenever it changes a package beside this one: where this is the root, and where it is installed. */
const INSTALLED = ['node_modules/.package-lock.json', '../.package-lock.json'];

/** Changes when a source is edited, added or removed, a package is, or this one moves. */
export function fingerprint() {
  const hash = createHash('sha256').update(`${process.version} ${root}\n`);
  for (const file of [...FOLDERS.flatMap(sources), 'package.json', ...INSTALLED]) {
    const { mtimeMs = 0, size = 0 } = statSync(path.join(root, file), { throwIfNoEntry: false }) ?? {};
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Paths below the root, in the order of their names. Node's own recursive listing takes ten times as long. */
function sources(folder) {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(name);
    return /\.(ts|mjs)$/.test(name) ? [name] : [];
  });
}
