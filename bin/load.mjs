/**
 * Loads TypeScript sources without a build step: put together into a few scripts once, and kept, with what V8 compiled of them, until
 * they change. Compared with a loader that compiles at every start this saves most of the start-up time; bench/startup.ts measures it.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { CACHE, currentFolder, DRAFT, prune, setCurrent, use } from './folders.mjs';
import { open } from './open.mjs';
import { digest, root, state } from './sources.mjs';

/** Under this name a thread is told the folder that its process runs: the sources may have changed since it began. */
const FOLDER = 'pterace: folder of the scripts';

/** What this thread runs: loaded once, or two copies of a module would know nothing of each other. */
let running;

/** A module of this package by its path, `cli/run.ts`; one of bin/sources.mjs ENTRIES. */
export async function load(file) {
  running ??= start();
  return (await running)(file);
}

async function start() {
  const folder = await folderOf();
  if (folder !== null) {
    return open(folder).load;
  }
  const { register } = await import('tsx/esm/api');
  process.setSourceMapsEnabled(true);
  register();
  return (file) => import(pathToFileURL(path.join(root, file)).href);
}

/** Of a process that was not started by this, each thread looks for itself. */
async function folderOf() {
  const told = isMainThread ? undefined : getEnvironmentData(FOLDER);
  if (told !== undefined) return told;
  const folder = await bundled();
  if (isMainThread) {
    setEnvironmentData(FOLDER, folder);
    if (folder !== null) use(folder);
  }
  return folder;
}

/** The folder of the scripts, or null when there is no place to write it to or a source does not parse. */
async function bundled() {
  const now = state();
  const known = currentFolder(now);
  if (known !== null && existsSync(known)) return known;
  const folder = path.join(CACHE, await digest(now));
  if (!existsSync(folder) && !(await make(folder))) return null;
  setCurrent(folder, now);
  return folder;
}

async function make(folder) {
  const { spawnSync } = await import('node:child_process');
  try {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(path.join(CACHE, `${DRAFT}${process.pid}-`));
    const { status } = spawnSync(process.execPath, [path.join(root, 'bin', 'bundle.mjs'), draft], { stdio: 'ignore' });
    if (status === 0) publish(draft, folder);
    else rmSync(draft, { recursive: true, force: true });
    prune();
    return status === 0;
  } catch {
    return false;
  }
}

/** Whole or not at all: another process may be doing the same. */
function publish(draft, folder) {
  // Whoever may read the package may read this.
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
