/** The report of verify, read back as a build server would. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allCases } from '../../cli/cases.ts';
import { junit } from '../../cli/junit.ts';
import type { Run, Verified } from '../../cli/verified.ts';
import { check } from '../../schedules/check.ts';
import { fakeHost, fakeScenarios, fakeGraph, runFake } from '../fake.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20260523 };
const count = z.string().regex(/^\d+$/).transform(Number);
const time = z.string().regex(/^\d+(\.\d+)?$/).transform(Number);
const fault = z.strictObject({ '@message': z.string(), '@type': z.string().optional(), '#text': z.string().optional() });

/** The elements and attributes of the schema that Jenkins' xUnit plugin checks, as far as they are used. */
const report = z.strictObject({
  testsuites: z.strictObject({
    '@name': z.string(), '@tests': count, '@failures': count, '@errors': count, '@time': time,
    testsuite: z.array(z.strictObject({
      '@name': z.string(), '@tests': count, '@failures': count, '@errors': count, '@skipped': count, '@time': time,
      testcase: z.array(z.strictObject({
        '@name': z.string(), '@classname': z.string(), '@time': time,
        skipped: fault.optional(), error: fault.optional(), failure: fault.optional(), 'system-out': z.string().optional(),
      })),
    })),
  }),
});

function read(xml: string) {
  expect(SyntaxValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, trimValues: false, ignoreDeclaration: true, isArray: (name) => name === 'testsuite' || name === 'testcase' });
  const text = JSON.stringify(parser.parse(xml), (key: string, value: unknown) => (key === '#text' && typeof value === 'string' && value.trim() === '' ? undefined : value));
  const { testsuites } = report.parse(JSON.parse(text));
  for (const suite of testsuites.testsuite) {
    expect(suite['@tests']).toBe(suite.testcase.length);
    for (const [total, kind] of [['@failures', 'failure'], ['@errors', 'error'], ['@skipped', 'skipped']] as const) expect(suite[total]).toBe(suite.testcase.filter((c) => c[kind]).length);
  }
  for (const total of ['@tests', '@failures', '@errors'] as const) expect(testsuites[total]).toBe(testsuites.testsuite.reduce((sum, s) => sum + s[total], 0));
  return testsuites;
}

describe('the JUnit report of verify', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'report.xml');

  it('has a case a scenario and mutant, and the differences', async () => {
    const counts = { states: 1, transitions: 1, depth: 1 };
    const host = fakeHost({ expected: () => Promise.resolve({ 'fake/unlocked': counts }) });
    const { code } = await runFake(['verify', '--junit', file], host);
    const [suite] = read(readFileSync(file, 'utf8')).testsuite;
    expect(code).toBe(1);
    expect(suite!['@name']).toBe('fake');
    expect(suite!.testcase.map((c) => c['@name'])).toEqual(['locked', 'locked#no-lock', 'unlocked']);
    expect(suite!.testcase[2]!.failure?.['#text']).toMatch(/states: recorded 1, found \d+[^]*pterace replay 'pterace:1:/);
  });

  it('calls a search that was cut short an error, and what was not begun skipped', async () => {
    const graph = fakeGraph('unlocked', false);
    const cases = allCases(fakeScenarios);
    const cut = await check(graph, { maxStates: 2 });
    const verified: Verified[] = [{ case: cases[0]!, searched: { result: cut, replay: null, hash: 'aaaaaaaabbbbbbbb' }, differences: ['not searched to its end'] }, { case: cases[1]!, searched: null, differences: ['PT001 here'] }];
    const { testsuite } = read(junit(cases, { verified, skipped: 1, seconds: 1 }));
    expect(testsuite[0]!.testcase.map((c) => [c.error?.['@type'], c.skipped?.['@message']])).toEqual([['incomplete', undefined], ['broken model', undefined], [undefined, 'not run: interrupted']]);
  });

  it('refuses a file that cannot be written before it searches', async () => {
    const { code, err } = await runFake(['verify', '--junit', '/nowhere/report.xml']);
    expect([code, err]).toEqual([2, 'pterace: cannot write the report: there is no folder /nowhere\n']);
  });

  it('holds any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(']]>', '<a>&amp;"\'', '\u0000\ud800', '&#0;')), (text) => {
      const [first] = allCases(fakeScenarios);
      const run: Run = { verified: [{ case: { ...first!, id: `fake/${text}` }, searched: null, differences: [text] }], skipped: 0, seconds: 0 };
      const { testsuite } = read(junit([run.verified[0]!.case], run));
      const printable = /^[\t\n\r\x20-\x7e]*$/.test(text) && !/[\r\n\t&]/.test(text);
      if (printable) expect(testsuite[0]!.testcase[0]!.error!['#text']).toBe(`${text}\ndeclared: holds`);
    }), { numRuns: 300, ...seed });
  });
});
