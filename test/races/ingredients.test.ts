import { expect, it } from 'vitest';
import { touched } from '../../counterexamples/touched.ts';
import { ingredientsIn, INGREDIENTS, type Touched } from '../../model/races/ingredients.ts';
import { lower } from '../../model/language/lower.ts';
import { races } from '../../model/races/index.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';

const nothing: Touched = { places: [], procedures: [], files: [] };

it('are recognised by places, functions and files', () => {
  expect(ingredientsIn(nothing)).toEqual([]);
  expect(ingredientsIn({ ...nothing, places: ['PG_locked', 'tlb'] })).toEqual(['TLB', 'page lock']);
  expect(ingredientsIn({ ...nothing, procedures: ['page_mkclean_one', 'kswapd'] })).toEqual(['rmap walk', 'reclaim']);
  expect(ingredientsIn({ ...nothing, files: ['mm/ksm.c'] })).toEqual(['KSM']);
  expect(INGREDIENTS).toContain('transient entry');
});

it('a run touches what its steps read and write, and is in their functions', async () => {
  const race = races.find((r) => r.id === 'b15-mprotect-overwrites-dirty')!;
  const program = scenarios.find((s) => s.id === race.broken[0])!.build();
  const graph = lower(program);
  const { schedule } = await check(graph);
  const run = touched(graph, program, schedule!);
  expect(run.procedures).toEqual(expect.arrayContaining(['thread0', 'mprotect_fixup', 'change_pte_range', 'user_store']));
  expect(run.places).toEqual(expect.arrayContaining(['pte', 'tlb', 'ptl', 'mmap_sem']));
  expect(run.files).toContain('mm/mprotect.c');
  // Never in the run: the page under write-back, the ghosts.
  expect(run.places.filter((place) => ['PG_writeback', 'last_store'].includes(place))).toEqual([]);
});
