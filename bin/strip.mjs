/**
 * `node strip.mjs <folder>`: writes the sources there without their types. Blanks take the place of the types, so lines
 * and columns stay, and no source map has to be kept in memory and searched for every recorded statement.
 * A process of its own, because the parser is bigger than all the rest and is needed once.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'amaro';
import { root, sources } from './sources.mjs';

const [folder] = process.argv.slice(2);

/** Imports of this package's own files, static or dynamic. */
const OWN_IMPORT = /((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"\n]*)\.ts(['"])/g;

for (const file of sources()) {
  const url = pathToFileURL(path.join(root, file)).href;
  const { code } = transformSync(readFileSync(path.join(root, file), 'utf8'), { mode: 'strip-only', filename: file });
  const target = path.join(folder, file.replace(/\.ts$/, '.js'));
  mkdirSync(path.dirname(target), { recursive: true });
  // Files beside a source are found, and stack traces name it, as if it ran where it lies.
  const moved = code.replace(OWN_IMPORT, '$1.js$2').replaceAll('import.meta.url', JSON.stringify(url));
  writeFileSync(target, `${moved}\n//# sourceURL=${url}\n`);
}
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
