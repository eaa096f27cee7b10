/** docs/races is what the races, their recorded counts and their runs say today. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../docs/commands.ts';
import { FOLDER, raceFiles } from '../../docs/corpus/files.ts';
import { current } from '../../docs/corpus/write.ts';
import { races } from '../../model/races/index.ts';

const AGAIN = 'npm run races';

it(`is up to date (${AGAIN})`, async () => {
  const files = await raceFiles();
  expect(files.filter(([name, text]) => current(name) !== text).map(([name]) => name)).toEqual([]);
  expect(readdirSync(path.join(root, FOLDER)).map((name) => `${FOLDER}/${name}`).filter((name) => !files.some(([made]) => made === name))).toEqual([]);
}, 300_000);

describe('what is committed', () => {
  const pages = readdirSync(path.join(root, FOLDER)).filter((name) => name.endsWith('.md'));

  it('has a page for each race', () => {
    expect(pages.sort()).toEqual(['README.md', ...races.map((r) => `${r.id}.md`)].sort());
  });

  it.each(pages)('%s links to files that exist', (page) => {
    const targets = [...current(`${FOLDER}/${page}`)!.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target).filter((target) => !target.startsWith('http'));
    expect(targets.filter((target) => !existsSync(path.join(root, FOLDER, target)))).toEqual([]);
  });

  it.each(races.map((r) => [r.id, r] as const))('%s tells the story', (id, race) => {
    const page = current(`${FOLDER}/${id}.md`)!;
    for (const part of [race.title, ...race.procedures, ...race.commits.map((c) => c.subject), ...race.broken, ...race.repaired, ...race.controls.flatMap((c) => [c.what, c.case])]) expect([part, part.replaceAll('|', '\\|')].some((text) => page.includes(text)), part).toBe(true);
    expect(page).toMatch(/^## The race$[^]*^```text$[^]*│ CPU\d[^]*^## The repair$[^]*^## What was searched$/m);
  });
});
