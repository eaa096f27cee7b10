import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatRate, formatSeconds, parseBytes, parseCount, parseSeconds, parseSeed } from '../../cli/numbers.ts';
import { progressLine } from '../../cli/progress.ts';
import { suggest } from '../../cli/near.ts';
import type { Io } from '../../cli/io.ts';

it('numbers are read as people type them', () => {
  expect(['5000', '5_000', '5e3', '5K', '0.005M'].map(parseCount)).toEqual([5000, 5000, 5000, 5000, 5000]);
  expect(['1024', '1K', '2MiB', '1.5G'].map(parseBytes)).toEqual([1024, 1024, 2 ** 21, 1.5 * 2 ** 30]);
  expect([parseSeconds('0.5'), parseSeconds('3s'), parseSeed('0')]).toEqual([0.5, 3, 0]);
  for (const bad of ['', '0', '-1', 'x', '1T', '1e400']) expect(() => parseCount(bad)).toThrow();
  for (const bad of ['-1', '1.5', '4294967296']) expect(() => parseSeed(bad)).toThrow();
});

it('and printed as people read them', () => {
  for (const count of [0, 7, 999, 1000, 12_345.6, 999_999.5, 1_234_567, 2 ** 53 - 1]) expect(formatCount(count)).toBe(Math.round(count).toLocaleString('en-US'));
  expect([formatRate(950), formatRate(123_456), formatRate(1_234_567)]).toEqual(['950', '123 k', '1.2 M']);
  expect([formatBytes(100), formatBytes(5 * 2 ** 20), formatBytes(3 * 2 ** 30)]).toEqual(['1 KB', '5 MB', '3.0 GB']);
  expect([formatSeconds(0.123), formatSeconds(12.34), formatSeconds(125)]).toEqual(['0.12 s', '12.3 s', '2:05 min']);
});

it('near names are slips of the finger, parts and missing folders', () => {
  const names = ['dirty/b01-december-2006', 'ksm/cow-break', 'rmap/anon'];
  expect(suggest('ksm/cow-braek', names)).toBe('; did you mean ksm/cow-break?');
  expect(suggest('december', names)).toBe('; did you mean dirty/b01-december-2006?');
  expect(suggest('anon', names)).toBe('; did you mean rmap/anon?');
  expect(suggest('completely else', names)).toBe('');
});

describe('the progress line', () => {
  const at = (seconds: number) => ({ states: 1_234_567, transitions: 5e6, frontier: 4321, depth: 17, memory: 100 * 2 ** 20, seconds });
  const record = (live: boolean): { io: Io; text: () => string } => {
    let text = '';
    const io: Io = { out: () => undefined, err: (chunk) => { text += chunk; }, input: () => Promise.resolve(''), width: 100, color: false, live, quiet: false, signal: new AbortController().signal };
    return { io, text: () => text };
  };

  it('shows after two seconds, and goes away', () => {
    const { io, text } = record(true);
    const line = progressLine(io);
    line.update(at(1));
    expect(text()).toBe('');
    line.update(at(3));
    line.clear();
    expect(text()).toBe('\r\x1b[K1,234,567 states  412 k/s  frontier 4,321  depth 17  100 MB  3.00 s\r\x1b[K');
  });

  it('stays out of files', () => {
    const { io, text } = record(false);
    progressLine(io).update(at(3));
    expect(text()).toBe('');
  });
});
