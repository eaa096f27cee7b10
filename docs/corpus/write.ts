/** Writes the files that are made from the races, and removes pages of races that are gone. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../commands.ts';
import { FOLDER, raceFiles } from './files.ts';

export async function writeRaceFiles(): Promise<void> {
  mkdirSync(path.join(root, FOLDER), { recursive: true });
  const files = new Map(await raceFiles());
  for (const [name, text] of files) {
    if (current(name) === text) continue;
    writeFileSync(path.join(root, name), text);
    console.log(`${name} rewritten`);
  }
  for (const name of readdirSync(path.join(root, FOLDER)).map((file) => `${FOLDER}/${file}`)) if (!files.has(name)) rmSync(path.join(root, name));
}

/** Null where there is no such file. */
export function current(name: string): string | null {
  try {
    return readFileSync(path.join(root, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
