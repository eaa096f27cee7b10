/** Which sources the command line is made of, and what identifies their present state. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const FOLDERS = ['cli', 'counterexamples', 'model', 'properties', 'schedules', 'viewer'];

/** Paths below the root, sorted. */
export function sources() {
  return FOLDERS.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** Changes when a source is edited, added or removed, the package moves, or the way of stripping changes. */
export function fingerprint(files) {
  const hash = createHash('sha256').update(`2 ${process.version} ${root}\n`);
  for (const file of files) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
