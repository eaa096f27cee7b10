import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../counterexamples/parse.ts';
import { recheck, refuseStale } from '../../counterexamples/recheck.ts';
import { TraceRefused, type Refusal } from '../../counterexamples/refused.ts';
import { decodeShort, encodeShort } from '../../counterexamples/short.ts';
import { buildTrace } from '../../counterexamples/trace.ts';
import { formatChange, formatValue, placeName } from '../../counterexamples/values.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import { fakeGraph } from '../fake.ts';

const graph = fakeGraph('unlocked', false);
const lost = [0, 1, 1, 0].map((thread): ScheduleStep => ({ thread, choice: 0 }));
const short = encodeShort('fake/unlocked', graph.hash, lost);

function refusalOf(act: () => unknown): [Refusal, string] {
  try {
    act();
  } catch (error) {
    if (error instanceof TraceRefused) return [error.refusal, error.message];
    throw error;
  }
  throw new Error('was not refused');
}

describe('the short string', () => {
  it('is short', () => {
    expect(short).toBe('pterace:1:fake/unlocked:aaaaaaaa:ab2a.mqb7');
  });

  it('gives any schedule back, even folded by mail', () => {
    const steps = fc.record({ thread: fc.nat(80), choice: fc.nat(12) });
    fc.assert(fc.property(fc.array(steps), fc.option(fc.nat()), (schedule, at) => {
      const loop = at === null ? null : at % (schedule.length + 1);
      const text = encodeShort('a/b#c', '0123456789abcdef', schedule, loop);
      expect(decodeShort(text.replace(/(.{20})/g, '$1\n  '))).toEqual({ scenario: 'a/b#c', model: '01234567', schedule, loop });
    }));
  });

  it('notices any one wrong character', () => {
    fc.assert(fc.property(fc.nat(short.length - 1), fc.constantFrom('a', 'b', 'z', '0', '9', '-', '_'), (at, char) => {
      fc.pre(short[at] !== char);
      expect(refusalOf(() => decodeShort(short.slice(0, at) + char + short.slice(at + 1)))[0]).toBe('malformed');
    }));
  });

  it('does not ask for gigabytes', () => {
    expect(refusalOf(() => decodeShort('pterace:1:x:00000000:a999999999999.0000'))[1]).toMatch(/checksum/);
  });
});

describe('the trace file', () => {
  const { moments, breakage } = recheck(graph, lost);
  const trace = buildTrace('fake/unlocked', graph, lost, moments, breakage);

  it('comes back as it was', () => {
    expect(parseTrace(JSON.stringify(trace), 't.json')).toEqual(trace);
  });

  it('says what changed', () => {
    expect(trace.steps[3]!.changed[0]).toEqual({ place: 'pte(va0)', from: 'P S pfn0', to: 'P D pfn0' });
  });

  it.each([
    ['{', /^t\.json.*not JSON/],
    ['{\n"format": 1,,}', /^t\.json:2:13: not JSON/],
    ['{}', /at format/],
    [JSON.stringify({ ...trace, version: 2 }), /at version/],
    [JSON.stringify({ ...trace, schedule: [[0, 0], [-1, 0]] }), /at schedule\.1\.0/],
    [JSON.stringify({ ...trace, extra: 1 }), /extra/],
    ['null', /top level/],
  ])('is refused, with the place: %s', (text, message) => {
    expect(refusalOf(() => parseTrace(text, 't.json'))).toEqual(['malformed', expect.stringMatching(message)]);
  });
});

describe('the re-check', () => {
  it('refuses a trace of another model', () => {
    expect(refusalOf(() => { refuseStale(graph, 'x', '1234567890abcdef'); })).toEqual(['stale', expect.stringContaining('has changed since')]);
    expect(() => { refuseStale(graph, 'x', graph.hash.slice(0, 8)); }).not.toThrow();
  });

  it('refuses a step that is not possible', () => {
    expect(refusalOf(() => recheck(graph, [...lost, lost[0]!]))).toEqual(['impossible', expect.stringContaining('step 5: thread dirtier has ended')]);
    expect(refusalOf(() => recheck(graph, [{ thread: 9, choice: 0 }]))[0]).toBe('impossible');
  });

  it('refuses a trace that breaks nothing, or something else', () => {
    expect(refusalOf(() => recheck(graph, lost.slice(0, 3)))[0]).toBe('unbroken');
    expect(refusalOf(() => recheck(graph, lost, { property: 'I-other' }))[1]).toContain('I-other is not broken');
  });

  it('names the accesses that raced', () => {
    const { breakage } = recheck(graph, lost);
    expect(breakage.witnesses[0]!.writes.map((w) => [w.step.number, w.step.cpu, w.delta])).toEqual([[3, 1, '+S'], [4, 0, '+D -S']]);
  });
});

describe('values', () => {
  it('print as the kernel would', () => {
    expect(formatValue(graph, 'pte_t', 0)).toBe('none');
    expect(formatValue(graph, 'pte_t', 0b10111)).toBe('P D A pfn1');
    expect(formatValue(graph, 'pfn', 1)).toBe('pfn1');
    expect(formatChange(graph, 'pte_t', 0b00011, 0)).toBe('P D pfn0 -> none');
    expect(formatChange(graph, 'pte_t', 0b00011, 0b10101)).toBe('-D +A pfn0->pfn1');
  });

  it('live in places with a name', () => {
    const place = { ...graph.places[0]!, dims: [2, 3], dimTypes: ['mm_t', 'va_t'], display: 'pte(%0,%1)' };
    expect(placeName(place, 5)).toBe('pte(mm1,va2)');
    expect(placeName({ ...place, display: 'pte' }, 4)).toBe('pte[mm1][va1]');
  });
});
