/** The house has floors: an import only ever goes down. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** From the ground up. Folders on one line may not import each other. */
const FLOORS = [
  ['model/language/'], ['model/scenario.ts'], ['model/machine/', 'model/classics/'], ['model/kernel/'], ['properties/'], ['model/scenarios/'], ['model/claims/', 'model/races/', 'model/matrix/'], ['model/listings/'],
  ['schedules/'], ['counterexamples/'], ['viewer/data.ts'], ['viewer/client/'], ['viewer/'], ['testing/', 'cli/'],
] as const;

const files = ['model', 'properties', 'schedules', 'counterexamples', 'viewer', 'testing', 'cli']
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/'))))
  .filter((file) => /\.tsx?$/.test(file))
  .sort();

/** Files of this repository that a file imports, types included. */
const imports = new Map(files.map((file) => {
  const text = readFileSync(path.join(root, file), 'utf8');
  const relative = ts.preProcessFile(text, true, true).importedFiles.map((i) => i.fileName).filter((name) => name.startsWith('.'));
  return [file, relative.map((name) => path.posix.join(path.posix.dirname(file), name))];
}));

function floorOf(file: string): { level: number; room: string } {
  const level = FLOORS.findIndex((rooms) => rooms.some((room) => file.startsWith(room)));
  return { level, room: FLOORS[level]?.find((room) => file.startsWith(room)) ?? '' };
}

function goesDown(from: string, to: string): boolean {
  const [a, b] = [floorOf(from), floorOf(to)];
  return b.level >= 0 && (a.room === b.room || b.level < a.level);
}

/** The first cycle met, as the files along it; empty when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return [...graph.keys()].map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

describe('imports', () => {
  it('only go down', () => {
    const up = [...imports].flatMap(([file, targets]) => targets.filter((target) => !goesDown(file, target)).map((target) => `${file} -> ${target}`));
    expect(up).toEqual([]);
  });

  it('make no cycle', () => {
    expect(findCycle(imports)).toEqual([]);
  });

  it('are none in the intermediate representation', () => {
    expect(imports.get('model/language/ir.ts')).toEqual([]);
  });
});

it('the script in the page knows nothing but its data', () => {
  const foreign = files.filter((file) => file.startsWith('viewer/client/')).flatMap((file) => (imports.get(file) ?? []).filter((target) => !target.startsWith('viewer/client/') && target !== 'viewer/data.ts'));
  expect(foreign).toEqual([]);
});

describe('the checks themselves', () => {
  it('see an arrow that goes up, and one between neighbours', () => {
    expect(goesDown('model/machine/mmu.ts', 'model/kernel/memory.ts')).toBe(false);
    expect(goesDown('testing/vitest.ts', 'cli/main.ts')).toBe(false);
    expect(goesDown('cli/main.ts', 'schedules/check.ts')).toBe(true);
  });

  it('see a cycle', () => {
    expect(findCycle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toEqual(['b', 'c', 'b']);
  });
});
