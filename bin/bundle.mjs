/**
 * `node bundle.mjs <folder>`: writes the sources there as one script, where each of its pieces comes from, and what V8 made
 * of those that most commands need. A process of its own, because what does this is bigger than all the rest and is needed once.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { build } from 'esbuild';
import { encode } from './encode-positions.mjs';
import { setFlags } from './flags.mjs';
import { open, SCRIPT, POSITIONS, COMPILED } from './open.mjs';
import { ENTRIES, root } from './sources.mjs';

/** What is run before V8 is asked for what it compiled: a table, a failing run, a large world. */
const TYPICAL = [['list', '-q'], ['check', 'dirty/b01-december-2006'], ['check', 'dirty/3cpu-2mm-reclaim', '--max-states', '1000']];

const [folder] = process.argv.slice(2);

const reader = {
  name: 'reader',
  setup(builder) {
    builder.onLoad({ filter: /\.([mc]?js|ts)$/ }, ({ path: file }) => ({ contents: inPlace(readFileSync(file, 'utf8'), file), loader: file.endsWith('ts') ? 'ts' : 'js' }));
  },
};

/** Files beside a module are found as if it ran where it lies; and what is not ASCII is escaped, in regular expressions too. */
function inPlace(text, file) {
  return text
    .replaceAll('import.meta.url', () => JSON.stringify(pathToFileURL(file).href))
    .replaceAll('import.meta.dirname', () => JSON.stringify(path.dirname(file)))
    .replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whatever is loaded later stays asleep in the same script until then. */
async function bundle() {
  const { outputFiles } = await build({
    stdin: { contents: entry(), resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['esbuild'],
    banner: { js: '(function (exports, require, module) {' },
    footer: { js: '})' },
    legalComments: 'none',
    sourcemap: 'external',
    outfile: SCRIPT,
    plugins: [reader],
    write: false,
  });
  const [map, script] = ['.map', SCRIPT].map((end) => outputFiles.find((file) => file.path.endsWith(end)).text);
  // It will be read as such, a byte a character.
  if (/[^\x00-\x7f]/.test(script)) throw new Error('the script is not ASCII');
  writeFileSync(path.join(folder, SCRIPT), script);
  writeFileSync(path.join(folder, POSITIONS), encode(script, JSON.parse(map)));
}

function entry() {
  const modules = ENTRIES.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)}),`);
  return `export { bundled } from './model/language/loc.ts';\nexport const modules = {\n${modules.join('\n')}\n};\n`;
}

/** Runs the script, so that what V8 compiled on the way can be kept: every start would compile it again. */
async function compiled() {
  setFlags();
  setFlagsFromString('--no-flush-bytecode');
  const { modules, script } = open(folder);
  const { run } = await modules['cli/run.ts']();
  for (const argv of TYPICAL) await run(argv);
  setFlagsFromString('--flush-bytecode');
  writeFileSync(path.join(folder, COMPILED), script.createCachedData());
}

await bundle();
await compiled();
