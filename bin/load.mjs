/**
 * Loads TypeScript sources without a build step: stripped of their types once, kept until they change. Compared with a
 * loader that compiles at every start this saves 30 MB and half of the start-up time; bench/startup.ts measures it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint, root, sources } from './sources.mjs';

/** Inside the package, so that what the sources import is found. */
const CACHE = path.join(root, 'node_modules', '.cache', 'pterace');
/** A process that runs for long may still load from what was current when it began. */
const KEEP_MS = 24 * 3600 * 1000;

/** A module of this package by its path, `cli/run.ts`. */
export async function load(file) {
  const folder = stripped();
  if (folder !== null) return import(pathToFileURL(path.join(folder, file.replace(/\.ts$/, '.js'))).href);
  const { register } = await import('tsx/esm/api');
  process.setSourceMapsEnabled(true);
  register();
  return import(pathToFileURL(path.join(root, file)).href);
}

/** The folder of the stripped sources, or null when there is no place to write them to or one does not parse. */
function stripped() {
  const folder = path.join(CACHE, fingerprint(sources()));
  if (existsSync(folder)) return folder;
  try {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(path.join(CACHE, 'draft-'));
    const { status } = spawnSync(process.execPath, [path.join(root, 'bin', 'strip.mjs'), draft], { stdio: 'ignore' });
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
