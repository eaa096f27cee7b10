/** Every entry of the catalogue is a race here, or left out for a reason. */
import { describe, expect, it } from 'vitest';
import { races } from '../../model/races/index.ts';
import { leftOut } from '../../model/races/left-out.ts';

/** Numbers that the catalogue gives in its part (b); it leaves some free. */
const FREE = [8, 10, 26, 30, 37, 38, 49, 65, 69, 73, 78];
const entries = Array.from({ length: 85 }, (_, i) => i + 1).filter((n) => !FREE.includes(n)).map((n) => `B${String(n).padStart(2, '0')}`);

describe('entries of the catalogue', () => {
  const modelled = new Set(races.map((r) => r.entry));
  const others = new Set(leftOut.map((l) => l.entry));

  it('are races or left out', () => {
    expect(entries).toHaveLength(74);
    expect(entries.filter((entry) => !modelled.has(entry) && !others.has(entry))).toEqual([]);
  });

  it('are not both', () => {
    expect(entries.filter((entry) => modelled.has(entry) && others.has(entry))).toEqual([]);
  });

  it('are all that there is', () => {
    expect([...modelled, ...others].filter((entry) => !entries.includes(entry))).toEqual([]);
  });

  it('are left out once, in order, with a title and a reason in a sentence', () => {
    expect(leftOut.map((l) => l.entry)).toEqual([...others].sort());
    for (const { title, reason } of leftOut) {
      expect(title).toMatch(/\S/);
      expect(reason).toMatch(/\.$/);
    }
  });
});
