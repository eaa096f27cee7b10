/** What the documents show is what the commands print, the files say and the scenarios declare. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withAliases, withRaces } from '../../cli/aliases.ts';
import { allNames } from '../../cli/cases.ts';
import { claims } from '../../model/claims/index.ts';
import { races } from '../../model/races/index.ts';
import { root, runCommands } from '../../docs/commands.ts';
import { exchanges, masked, regenerate } from '../../docs/markdown.ts';
import { DOCUMENTS, read, upToDate } from '../../docs/regenerate.ts';
import { scenarios } from '../../model/scenarios/index.ts';

describe.concurrent('shows what is printed today (npm run docs rewrites it)', () => {
  it.each(DOCUMENTS)('%s', async (file) => {
    expect(await upToDate(file)).toBe(read(file));
  }, 180_000);
});

describe('links', () => {
  it.each(DOCUMENTS)('%s links to files that exist', (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target).filter((target) => !target.startsWith('http'));
    const missing = targets.filter((target) => !existsSync(path.join(root, path.dirname(file), target)));
    expect(missing).toEqual([]);
  });

  it.each(DOCUMENTS)('%s names scenarios that exist', (file) => {
    const ids = new Set(allNames(withRaces(withAliases(scenarios, claims), races)));
    const named = [...read(file).matchAll(/`((?:dirty|machine|race|seed-\d{3})\/[\w.#-]+)`/g)].map(([, id = '']) => id);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });
});

it('README.md names every command', async () => {
  const [help = ''] = await runCommands(['npx pterace --help']);
  const commands = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name).filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThan(4);
  const readme = read('README.md');
  expect(commands.filter((name) => ![' ', '`'].some((end) => readme.includes(`\`npx pterace ${name}${end}`)))).toEqual([]);
});

it('every scenario that holds has a mutant (README)', () => {
  expect(scenarios.filter((s) => s.expect.verdict === 'holds' && s.mutants.length === 0).map((s) => s.id)).toEqual([]);
});

describe('regenerate', () => {
  const makers = {
    run: (commands: readonly string[]) => Promise.resolve(commands.map((c) => (c === 'time' ? '0.25 s, 7 k states/s' : ` 1 │ a\n 2 │ b\n 3 │ c\n\nend of ${c}`))),
    file: (name: string) => `// ${name}\n`,
    region: (name: string) => Promise.resolve(`table ${name}`),
  };

  it('replaces outputs, files and tables and nothing else', async () => {
    const stale = 'text\n```console\n$ x\nold\n```\n```ts a.ts\nold\n```\n```ts\nkept\n```\n<!-- begin:t -->\nold\n<!-- end -->\n';
    expect(await regenerate(stale, makers)).toBe('text\n```console\n$ x\n 1 │ a\n 2 │ b\n 3 │ c\n\nend of x\n```\n```ts a.ts\n// a.ts\n```\n```ts\nkept\n```\n<!-- begin:t -->\ntable t\n<!-- end -->\n');
  });

  it('leaves steps of a trace out, and says so', async () => {
    expect(await regenerate('```console cut=2-3\n$ x\n```\n', makers)).toContain(' 1 │ a\n  ⋮ │ (steps 2 to 3 are left out here)\n\nend of x');
  });

  it('keeps figures that only timing changed', async () => {
    const shown = '```console\n$ time\n0.31 s, 1.2 M states/s\n```\n';
    expect(await regenerate(shown, makers)).toBe(shown);
    expect(masked('a  0.31 s')).toBe(masked('a   9.99 s'));
    expect(masked('3 steps')).not.toBe(masked('4 steps'));
  });

  it('splits a block into commands', () => {
    expect(exchanges('$ a\n1\n2\n$ b\n')).toEqual([{ command: 'a', output: '1\n2' }, { command: 'b', output: '' }]);
  });
});
