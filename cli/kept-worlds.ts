/**
 * Worlds that were checked before, lowered: to load the model, record a world and lower it takes longer than most searches. They lie
 * beside the scripts that the sources were put together into (bin/bundle.mjs), which are others whenever a source changes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Graph } from '../model/language/graph.ts';
import type { CaseFacts } from './cases.ts';
import { parseSharedJson, sharedJson } from './shared-json.ts';

export interface KeptWorld {
  /** What it was asked for by: an id, or another name of it. */
  readonly asked: string;
  readonly facts: CaseFacts;
  readonly graph: Graph;
}

/** Some ten kilobytes each, the largest some hundred. */
const MOST_WORLDS = 50;
/** In characters. Reading a larger one saves little of what its search takes. */
const LARGEST = 2 ** 20;
/** File systems take names of 255 bytes. */
const LONGEST_NAME = 200;

let folder: string | null = null;

/** Nothing is kept before this is called. */
export function keepWorldsIn(place: string): void {
  folder = place;
}

/** Null where there is none, or none that can be read. */
export function keptWorld(asked: string): KeptWorld | null {
  const file = fileOf(asked);
  if (file === null) return null;
  try {
    const world = parseSharedJson(readFileSync(file, 'utf8')) as KeptWorld;
    // Some file systems take names that differ in their case for the same.
    return world.asked === asked ? world : null;
  } catch {
    return null;
  }
}

/** Where it cannot be written, it is not kept. */
export function keepWorld(world: KeptWorld): void {
  const file = fileOf(world.asked);
  if (file === null) return;
  const text = sharedJson(world);
  if (text.length > LARGEST) return;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    write(file, text);
    forgetOldest(path.dirname(file));
  } catch {
    // The next check of this world lowers it again.
  }
}

/** Whole or not at all: another process may be reading. */
function write(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function fileOf(asked: string): string | null {
  const name = `${encodeURIComponent(asked)}.json`;
  return folder === null || name.length > LONGEST_NAME ? null : path.join(folder, name);
}

function forgetOldest(place: string): void {
  const names = readdirSync(place);
  if (names.length <= MOST_WORLDS) return;
  const files = names.map((name) => path.join(place, name)).map((file) => ({ file, written: statSync(file).mtimeMs }));
  files.sort((a, b) => b.written - a.written);
  for (const { file } of files.slice(MOST_WORLDS)) rmSync(file, { force: true });
}
