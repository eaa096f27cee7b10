/** Runs a script that bin/bundle.mjs wrote. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { decode } from './positions.mjs';
import { root } from './sources.mjs';

export const SCRIPT = 'pterace.cjs';
export const POSITIONS = 'positions';
export const COMPILED = 'compiled';

/** What V8 calls the script, wherever it lies: the name is kept in what was compiled. */
const NAME = path.join(root, SCRIPT);

/** The modules by their paths, each a function that loads it, and the script as V8 knows it. */
export function open(folder) {
  // The script is all ASCII, and as such takes no room in V8's heap.
  const text = readFileSync(path.join(folder, SCRIPT), 'latin1');
  // V8 looks whether what was compiled is its own; where it is not, or there is none yet, it compiles anew.
  const script = new Script(text, { filename: NAME, cachedData: read(path.join(folder, COMPILED)) });
  const exports = {};
  const module = { exports };
  script.runInThisContext()(exports, createRequire(path.join(root, 'package.json')), module);
  const { bundled, modules } = module.exports;
  const place = placeIn(path.join(folder, POSITIONS));
  bundled(NAME, place);
  tellPlaces(place);
  return { modules, script };
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
function tellPlaces(place) {
  Error.prepareStackTrace = (error, sites) => [String(error), ...sites.map((site) => `    at ${named(site, place)}`)].join('\n');
}

function named(site, place) {
  const text = String(site);
  if (site.getFileName() !== NAME) return text;
  const from = place(site.getPosition());
  return from === null ? text : text.replace(/[^( ]*pterace\.cjs:\d+:\d+/, `${pathToFileURL(path.join(root, from.file)).href}:${from.line}`);
}
