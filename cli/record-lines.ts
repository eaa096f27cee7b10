/** Records of many worlds as a file of JSON with a line for each, which version control can merge. */
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Null: there is no such file. @throws what reading throws otherwise */
export async function readText(file: URL): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * `head`: fields before `worlds`. A run may be killed while it writes: the old file is there until the new one is whole.
 * @throws what writing throws
 */
export async function saveLines(file: URL, head: Readonly<Record<string, unknown>>, worlds: Readonly<Record<string, object>>): Promise<void> {
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  const lines = Object.entries(worlds).sort(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([id, r]) => `    ${JSON.stringify(id)}: ${JSON.stringify(r)}`);
  const draft = new URL(`${file.href}.${process.pid}`);
  await writeFile(draft, `{\n${fields.join('')}  "worlds": {\n${lines.join(',\n')}\n  }\n}\n`);
  await rename(draft, file);
}
