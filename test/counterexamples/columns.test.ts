import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderClosing } from '../../counterexamples/closing.ts';
import { renderColumns } from '../../counterexamples/columns.ts';
import { recheck } from '../../counterexamples/recheck.ts';
import { reenact } from '../../counterexamples/reenact.ts';
import { style } from '../../counterexamples/style.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import { fakeGraph } from '../fake.ts';

const step = (thread: number): ScheduleStep => ({ thread, choice: 0 });
/** CPU0 reads, CPU1 reads and writes, the hardware of CPU0 sets A, CPU0 writes back what it read. */
const lost = [0, 1, 1, 2, 0].map(step);
const plain = style({ color: false });

describe('a trace in columns', () => {
  const graph = fakeGraph('unlocked', false);
  const { moments, breakage } = recheck(graph, lost);

  it('has a lane a CPU and shows only what changed', () => {
    expect(renderColumns(graph, moments, 80, plain)).toMatchInlineSnapshot(`
      "   │ CPU0  dirtier [mmu0]                 │ CPU1  marker
         │──────────────────────────────────────│─────────────────────────────────────
       1 │ pte_mkdirty_slow memory.ts:41        │
         │   pte = ptep_get(ptep) → P pfn0      │
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈│┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       2 │                                      │ pte_mkspecial_slow memory.ts:61
         │                                      │   pte = ptep_get(ptep) → P pfn0
       3 │                                      │   :62 set_pte(ptep, pte)
         │                                      │     pte(va0): +S = P S pfn0
         │                                      │     (wanted: +S = P S pfn0)
         │                                      │     ends
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈│┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       4 │ [mmu0] hw_set_accessed memory.ts:90  │
         │   A := 1                             │
         │     pte(va0): +A = P A S pfn0        │
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈│┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       5 │ pte_mkdirty_slow memory.ts:42        │
         │   set_pte(ptep, pte)                 │
         │     pte(va0): +D -A -S = P D pfn0    │
         │     (wanted: +D = P D S pfn0)        │
         │     ends                             │"
    `);
  });

  it('ends with what broke, the access that did it and those it raced with', () => {
    expect(renderClosing(breakage, 80, plain)).toMatchInlineSnapshot(`
      "I-update/quiescent broken by step 5: CPU0 pte_mkdirty_slow memory.ts:42:
        set_pte(ptep, pte) (pte(va0): +D -A -S = P D pfn0)
        At the end the entry has every bit that was set in it.
        pte(va0) = P D pfn0  step 3 CPU1: +S, step 4 CPU0: +A, step 5 CPU0: +D -A -S
        wanted = P D S pfn0  step 3 CPU1: +S, step 5 CPU0: +D"
    `);
  });

  it('folds the CPUs into one column where two would be too narrow', () => {
    const text = renderColumns(graph, moments, 44, plain);
    expect(text.match(/CPU\d/g)).toEqual(['CPU0', 'CPU1', 'CPU0', 'CPU1', 'CPU0']);
    expect(text).toMatchInlineSnapshot(`
      "   │ CPU0  dirtier [mmu0]
         │ CPU1  marker
         │────────────────────────────────────────
       1 │ CPU0
         │ pte_mkdirty_slow memory.ts:41
         │   pte = ptep_get(ptep) → P pfn0
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       2 │ CPU1
         │ pte_mkspecial_slow memory.ts:61
         │   pte = ptep_get(ptep) → P pfn0
       3 │   :62 set_pte(ptep, pte)
         │     pte(va0): +S = P S pfn0
         │     (wanted: +S = P S pfn0)
         │     ends
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       4 │ CPU0
         │ [mmu0] hw_set_accessed memory.ts:90
         │   A := 1
         │     pte(va0): +A = P A S pfn0
         │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       5 │ pte_mkdirty_slow memory.ts:42
         │   set_pte(ptep, pte)
         │     pte(va0): +D -A -S = P D pfn0
         │     (wanted: +D = P D S pfn0)
         │     ends"
    `);
  });

  it.each([40, 60, 80, 100, 160])('fits %i columns', (width) => {
    const lines = renderColumns(graph, moments, width, plain).split('\n');
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });

  it('has the same words in colour and in ASCII', () => {
    const colored = renderColumns(graph, moments, 80, style({ color: true }));
    expect(colored).toContain('\x1b[');
    expect(colored.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(renderColumns(graph, moments, 80, plain));
    expect(renderColumns(graph, moments, 80, style({ color: false, ascii: true }))).toMatch(/^[\x00-\x7f]*$/);
  });
});

it('shows the locks a thread holds when they change', () => {
  const graph = fakeGraph('locked', true);
  const { moments } = reenact(graph, [0, 0, 0, 0].map(step));
  const text = renderColumns(graph, moments, 80, plain);
  expect(text.match(/holds .*/g)).toEqual(['holds ptl', 'holds no lock']);
});

it('shows no column for a CPU that does not move', () => {
  const graph = fakeGraph('locked', true);
  expect(renderColumns(graph, reenact(graph, [step(0)]).moments, 80, plain)).not.toContain('CPU1');
});
