/** The documents that are checked, and what each should say now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runCommands } from './commands.ts';
import { regenerate } from './markdown.ts';
import { tables } from './tables.ts';

export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'docs/tutorial.md', 'docs/model.md', 'docs/findings.md', 'docs/limits.md', 'docs/agreement.md', 'docs/performance.md', 'docs/searches.md', 'docs/liveness.md', 'docs/shrinking.md', 'docs/reductions.md', 'docs/reductions-table.md', 'docs/mutation.md', 'docs/formats.md', 'docs/witness.md', 'docs/viewer.md', 'docs/tour.md', 'docs/matrix.md', 'docs/threads/README.md', 'docs/threads/000.md', 'docs/threads/001.md', 'docs/threads/002.md', 'docs/threads/003.md', 'docs/threads/004.md'] as const;

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The document with every command run again, every file shown anew and every table rebuilt. */
export function upToDate(file: string): Promise<string> {
  return regenerate(read(file), {
    run: runCommands,
    file: shown,
    region: (name) => {
      const make = tables[name];
      if (make === undefined) throw new Error(`${file}: no table is called ${name}`);
      return Promise.resolve(make());
    },
  });
}

/** A whole file, or what stands between `// #region name` and `// #endregion`, without the indentation they share. */
function shown(spec: string): string {
  const [file = '', name] = spec.split('#');
  const text = read(file);
  if (name === undefined) return text;
  const region = new RegExp(`^ *// #region ${name}\\n([^]*?)^ *// #endregion`, 'm').exec(text)?.[1];
  if (region === undefined) throw new Error(`${file} has no region ${name}`);
  return outdent(region);
}

function outdent(text: string): string {
  const lines = text.split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
