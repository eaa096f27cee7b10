/**
 * `node bundle.mjs <folder>`: writes the sources there as a few scripts, where each of their pieces comes from, and what V8 made
 * of those that most commands need. A process of its own, because what does this is bigger than all the rest and is needed once.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { build } from 'esbuild';
import { encode } from './encode-positions.mjs';
import { setFlags } from './flags.cjs';
import { COMPILED, FAR, open, POSITIONS, SCRIPT, WORLDS } from './open.cjs';
import { askedFor, divide, PARTS, START } from './parts.cjs';
import { ENTRIES, root } from './sources.cjs';

/** What is run before V8 is asked for what it compiled: a table, a failing run, a large world, and one that was checked before. */
const LARGE = ['check', 'dirty/3cpu-2mm-reclaim', '--max-states', '1000'];
const TYPICAL = [['list', '-q'], ['check', 'dirty/b01-december-2006'], LARGE, LARGE];

const [folder] = process.argv.slice(2);

const reader = {
  name: 'reader',
  setup(builder) {
    builder.onLoad({ filter: /\.([mc]?js|ts)$/ }, ({ path: file }) => ({ contents: inPlace(readFileSync(file, 'utf8'), file), loader: file.endsWith('ts') ? 'ts' : 'js' }));
  },
};

/** What is big and seldom needed is loaded when it is called. By how it is asked for: these stand for that, in bin/late. */
const LATE = {
  'import-statement': { 'node:crypto': 'crypto.mjs', 'node:fs/promises': 'fs-promises.mjs', 'string-width': 'string-width.mjs' },
  'require-call': { 'node:child_process': 'child-process.mjs' },
};

const LATE_NAMES = Object.values(LATE).flatMap(Object.keys);
const LATE_FOLDER = path.join(root, 'bin', 'late');

const late = {
  name: 'late',
  setup(builder) {
    builder.onResolve({ filter: new RegExp(`^(${LATE_NAMES.join('|')})$`) }, ({ path: name, kind, importer }) => {
      const file = LATE[kind]?.[name];
      return file === undefined || path.dirname(importer) === LATE_FOLDER ? undefined : { path: path.join(LATE_FOLDER, file) };
    });
  },
};

/** Modules of other parts are asked for when the script runs. */
function far(part, parts) {
  return {
    name: 'far',
    setup(builder) {
      builder.onResolve({ filter: /^[^:]*$/ }, async ({ path: name, pluginData, ...from }) => {
        if (pluginData === far || from.kind === 'entry-point') return undefined;
        const found = await builder.resolve(name, { ...from, pluginData: far });
        const file = path.relative(root, found.path);
        return found.external || (parts.get(file) ?? part) === part ? found : { path: FAR + file, external: true };
      });
    },
  };
}

/** Files beside a module are found as if it ran where it lies; and what is not ASCII is escaped, in regular expressions too. */
function inPlace(text, file) {
  return text
    .replaceAll('import.meta.url', () => JSON.stringify(pathToFileURL(file).href))
    .replaceAll('import.meta.dirname', () => JSON.stringify(path.dirname(file)))
    .replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function bundle(contents, plugins) {
  return build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    // As require, which is how parts ask for each other.
    supported: { 'dynamic-import': false },
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['esbuild'],
    banner: { js: '(function (exports, require, module) {' },
    footer: { js: '})' },
    legalComments: 'none',
    // Comments and indentation are a third of it, and V8 keeps the text.
    minifyWhitespace: true,
    sourcemap: 'external',
    outfile: SCRIPT,
    plugins: [...plugins, late, reader],
    metafile: true,
    write: false,
  });
}

/** Whatever is loaded later stays asleep in its script until then. */
async function scripts() {
  const { metafile: { inputs } } = await bundle(ENTRIES.map((file) => `import(${JSON.stringify(`./${file}`)});`).join('\n'), []);
  const parts = divide(inputs);
  const asked = [...new Set([...ENTRIES, ...askedFor(inputs, parts)])].sort();
  await Promise.all(PARTS.map(async (part) => {
    const { outputFiles } = await bundle(entry(part, parts, asked), [far(part, parts)]);
    write(part, ...['.map', SCRIPT].map((end) => outputFiles.find((file) => file.path.endsWith(end)).text));
  }));
}

function entry(part, parts, asked) {
  const modules = asked.filter((file) => parts.get(file) === part).map((file) => `${JSON.stringify(file)}: () => require(${JSON.stringify(`./${file}`)}),`);
  const lines = [`export const modules = {\n${modules.join('\n')}\n};`];
  if (part === START) {
    lines.push(`export { bundled } from './model/language/loc.ts';`, `export { keepWorldsIn } from './cli/kept-worlds.ts';`);
    lines.push(`export const parts = ${JSON.stringify(Object.fromEntries(asked.map((file) => [file, parts.get(file)])))};`);
  }
  return lines.join('\n');
}

function write(part, map, script) {
  // It will be read as such, a byte a character.
  if (/[^\x00-\x7f]/.test(script)) throw new Error('the script is not ASCII');
  writeFileSync(path.join(folder, part + SCRIPT), script);
  writeFileSync(path.join(folder, part + POSITIONS), encode(script, JSON.parse(map)));
}

/** Runs the scripts, so that what V8 compiled on the way can be kept: every start would compile it again. */
async function compiled() {
  setFlags();
  setFlagsFromString('--no-flush-bytecode');
  const { load, script } = open(folder);
  const { run } = load('cli/run.ts');
  for (const argv of TYPICAL) await run(argv);
  setFlagsFromString('--flush-bytecode');
  for (const part of PARTS) writeFileSync(path.join(folder, part + COMPILED), script(part).createCachedData());
  // Which worlds are kept is for the user to say.
  rmSync(path.join(folder, WORLDS), { recursive: true });
}

await scripts();
await compiled();
