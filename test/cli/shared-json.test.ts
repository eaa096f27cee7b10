/** JSON that writes once what occurs several times. */
import { describe, expect, it } from 'vitest';
import { parseSharedJson, sharedJson } from '../../cli/shared-json.ts';
import { findCase } from '../../cli/cases.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';

describe('shared JSON', () => {
  it.each([
    null, true, 0, -1, 1.5, '', '0', 'null', '[-1]', [], {}, [[]], [{}], [0, '0', null, 'null', false], [-1, [-1, [-1]]],
    { a: 1, b: { a: 1 }, c: [{ a: 1 }, { a: '1' }] }, [{ a: 1, b: 2 }, { b: 2, a: 1 }], { keys: ['keys'] }, [[0, 1], ['0', '1'], { 0: 0, 1: 1 }],
  ])('of %j is read as it was', (value) => {
    const read = parseSharedJson(sharedJson(value));
    expect(read).toStrictEqual(value);
    expect(JSON.stringify(read)).toBe(JSON.stringify(value));
  });

  it('leaves out what JSON does', () => {
    expect(parseSharedJson(sharedJson({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 });
  });

  it('reads as one what is equal', () => {
    const [a, b, c] = parseSharedJson(sharedJson([{ g: 'const', value: 1 }, { g: 'const', value: 1 }, { g: 'const', value: 2 }])) as readonly unknown[];
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('of a world is a fifth as long as JSON', () => {
    const graph = lower(findCase(scenarios, 'dirty/3cpu-2mm-reclaim').build());
    const text = sharedJson(graph);
    expect(parseSharedJson(text)).toEqual(JSON.parse(JSON.stringify(graph)));
    expect(text.length).toBeLessThan(JSON.stringify(graph).length / 5);
  });
});
