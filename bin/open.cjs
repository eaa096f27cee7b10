/** Runs the scripts that bin/bundle.mjs wrote. */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');
const { PARTS, START } = require('./parts.cjs');
const { decode } = require('./positions.cjs');
const { root } = require('./sources.cjs');

/** How the names of the files of a part end. */
const SCRIPT = '.cjs';
const POSITIONS = '.positions';
const COMPILED = '.compiled';
/** Of worlds that were checked before: cli/kept-worlds.ts. */
const WORLDS = 'worlds';

/** Begins what a script calls a module of another part; its path follows. */
const FAR = 'pterace:';

/** What V8 calls the script of a part, wherever it lies: the name is kept in what was compiled. */
const nameOf = (part) => path.join(root, `pterace-${part}.cjs`);

/** What Node calls the module of threads. */
const THREADS = /^(node:)?worker_threads$/;

/** What loads a module by its path, and what answers the script of a part as V8 knows it. `beforeThreads` is called before threads can be started. */
function open(folder, beforeThreads = () => undefined) {
  const opened = new Map();
  const loaded = new Map();
  const places = new Map();
  const from = (name) => {
    if (THREADS.test(name)) beforeThreads();
    return name.startsWith(FAR) ? load(name.slice(FAR.length)) : require(name);
  };
  const part = (name) => opened.get(name) ?? opened.set(name, run(folder, name, from)).get(name);
  const { bundled, keepWorldsIn, parts } = part(START).exports;
  const load = (file) => loaded.get(file) ?? loaded.set(file, part(parts[file]).exports.modules[file]()).get(file);
  for (const name of PARTS) {
    places.set(nameOf(name), placeIn(path.join(folder, name + POSITIONS)));
    bundled(nameOf(name), places.get(nameOf(name)));
  }
  keepWorldsIn(path.join(folder, WORLDS));
  tellPlaces(places);
  return { load, script: (name) => part(name).script };
}

function run(folder, part, require) {
  // The script is all ASCII: a character is a byte, in V8's memory too.
  const text = readFileSync(path.join(folder, part + SCRIPT), 'latin1');
  // V8 looks whether what was compiled is its own; where it is not, or there is none yet, it compiles anew.
  const script = new Script(text, { filename: nameOf(part), cachedData: read(path.join(folder, part + COMPILED)) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module);
  return { exports: module.exports, script };
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Read when first needed: many commands record nothing. */
function placeIn(file) {
  let find;
  return (offset) => (find ??= decode(readFileSync(file)))(offset);
}

/** Stack traces name the sources. */
function tellPlaces(places) {
  Error.prepareStackTrace = (error, sites) => [String(error), ...sites.map((site) => `    at ${named(site, places)}`)].join('\n');
}

function named(site, places) {
  const text = String(site);
  const from = places.get(site.getFileName())?.(site.getPosition()) ?? null;
  return from === null ? text : text.replace(/[^( ]*pterace-[a-z]+\.cjs:\d+:\d+/, `${pathToFileURL(path.join(root, from.file)).href}:${from.line}`);
}

module.exports = { SCRIPT, POSITIONS, COMPILED, WORLDS, FAR, open };
