/**
 * Loads TypeScript sources without a build step: put together into one script once, and kept, with what V8 compiled of it, until
 * they change. Compared with a loader that compiles at every start this saves most of the start-up time; bench/startup.ts measures it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { open } from './open.mjs';
import { fingerprint, root } from './sources.mjs';

const CACHE = path.join(root, 'node_modules', '.cache', 'pterace');
/** A process that runs for long may still start threads from what was current when it began. */
const KEEP_MS = 24 * 3600 * 1000;

/** What this thread runs: loaded once, or two copies of a module would know nothing of each other. */
let running;

/** A module of this package by its path, `cli/run.ts`; one of bin/sources.mjs ENTRIES. */
export async function load(file) {
  running ??= start();
  return (await running)(file);
}

async function start() {
  const folder = bundled();
  if (folder !== null) {
    const { modules } = open(folder);
    return (file) => modules[file]();
  }
  const { register } = await import('tsx/esm/api');
  process.setSourceMapsEnabled(true);
  register();
  return (file) => import(pathToFileURL(path.join(root, file)).href);
}

/** The folder of the script, or null when there is no place to write it to or a source does not parse. */
function bundled() {
  const folder = path.join(CACHE, fingerprint());
  if (existsSync(folder)) return folder;
  try {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(path.join(CACHE, 'draft-'));
    const { status } = spawnSync(process.execPath, [path.join(root, 'bin', 'bundle.mjs'), draft], { stdio: 'ignore' });
    if (status !== 0) {
      rmSync(draft, { recursive: true, force: true });
      return null;
    }
    publish(draft, folder);
    prune(folder);
    return folder;
  } catch {
    return null;
  }
}

/** Whole or not at all: another process may be doing the same. */
function publish(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function prune(current) {
  for (const name of readdirSync(CACHE)) {
    const folder = path.join(CACHE, name);
    if (folder !== current && Date.now() - statSync(folder).mtimeMs > KEEP_MS) rmSync(folder, { recursive: true, force: true });
  }
}
