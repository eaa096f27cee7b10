/**
 * Loads TypeScript sources without a build step: put together into a few scripts once, and kept, with what V8 compiled of them, until
 * they change. Compared with a loader that compiles at every start this saves most of the start-up time; bench/startup.ts measures it.
 */
const { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { CACHE, currentFolder, DRAFT, prune, setCurrent, use } = require('./folders.cjs');
const { open } = require('./open.cjs');
const { digest, root, state } = require('./sources.cjs');

/** Under this name a thread is told the folder that its process runs: the sources may have changed since it began. */
const FOLDER = 'pterace: folder of the scripts';

/** What this thread runs: loaded once, or two copies of a module would know nothing of each other. */
let running;

/** A module of this package by its path, `cli/run.ts`; one of bin/sources.cjs ENTRIES. */
exports.load = async function load(file) {
  running ??= start();
  return (await running)(file);
};

async function start() {
  // Few commands start threads, and Node's module of these takes more than a megabyte.
  const isCommand = require.main?.filename === path.join(__dirname, 'pterace.cjs');
  const folder = isCommand ? own() : folderOfThread();
  if (folder !== null) return open(folder, isCommand ? () => { tell(folder); } : undefined).load;
  tell(null);
  const { register } = await import('tsx/esm/api');
  process.setSourceMapsEnabled(true);
  register();
  return (file) => import(pathToFileURL(path.join(root, file)).href);
}

/** Of a process, which uses it until it ends. */
function own() {
  const folder = bundled();
  if (folder !== null) use(folder);
  return folder;
}

/** Of any thread, the first one of a process too. Of a process that was not started by this, each looks for itself. */
function folderOfThread() {
  const { isMainThread, getEnvironmentData } = require('node:worker_threads');
  if (!isMainThread) {
    const told = getEnvironmentData(FOLDER);
    return told === undefined ? bundled() : told;
  }
  const folder = own();
  tell(folder);
  return folder;
}

/** Threads that are started from now on. */
function tell(folder) {
  require('node:worker_threads').setEnvironmentData(FOLDER, folder);
}

/** The folder of the scripts, or null when there is no place to write it to or a source does not parse. */
function bundled() {
  const now = state();
  const known = currentFolder(now);
  if (known !== null && existsSync(known)) return known;
  const folder = path.join(CACHE, digest(now));
  if (!existsSync(folder) && !make(folder)) return null;
  setCurrent(folder, now);
  return folder;
}

function make(folder) {
  const { spawnSync } = require('node:child_process');
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
