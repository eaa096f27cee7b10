/** Which sources the command line is made of, and what identifies their present state. */
const { readdirSync, statSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');

/** What can be loaded: the first modules of the command and of its threads, and what the documents are made with. */
const ENTRIES = [
  'cli/run.ts', 'cli/crew-worker.ts', 'cli/mutation-worker.ts', 'schedules/parallel-worker.ts',
  'cli/cases.ts', 'cli/diff.ts', 'cli/examine.ts', 'cli/failing-run.ts', 'cli/host.ts', 'cli/render-trace.ts',
  'counterexamples/refused.ts', 'counterexamples/short.ts', 'counterexamples/touched.ts', 'model/races/ingredients.ts', 'model/scenarios/index.ts',
];

const FOLDERS = ['bin', 'cli', 'counterexamples', 'model', 'properties', 'schedules', 'viewer'];
/** Written by npm whenever it changes a package beside this one: where this is the root, and where it is installed. */
const INSTALLED = ['node_modules/.package-lock.json', '../.package-lock.json'];

/** A line a file: changes when a source is edited, added or removed, a package is, or this one moves. */
function state() {
  const lines = [`${process.version} ${root}`];
  for (const file of [...FOLDERS.flatMap(sources), 'package.json', ...INSTALLED]) {
    const { mtimeMs = 0, size = 0 } = statSync(`${root}/${file}`, { throwIfNoEntry: false }) ?? {};
    lines.push(`${file} ${mtimeMs} ${size}`);
  }
  return lines.join('\n');
}

/** What such a state is called. To load what makes digests takes as long as all the rest here: few starts need one. */
function digest(text) {
  const { createHash } = require('node:crypto');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A name that ends so is a file's: asking Node of each takes twice as long as all the rest. */
const FILE = /\.[a-z]+$/;

/** Paths below the root, in the order of their names. */
function sources(folder) {
  return readdirSync(`${root}/${folder}`).sort().flatMap((entry) => {
    const name = `${folder}/${entry}`;
    if (!FILE.test(entry)) return statSync(`${root}/${name}`).isDirectory() ? sources(name) : [];
    return /\.(ts|[cm]js)$/.test(entry) ? [name] : [];
  });
}

module.exports = { root, ENTRIES, state, digest };
