/** down_write_trylock, trylock_page: what the static check of locks makes of it. */
import { expect, it } from 'vitest';
import { LanguageError } from '../../model/language/errors.ts';
import { and, eq, If, peek, program, thread } from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';
import { down_write_trylock, up_write } from '../../model/kernel/mm_types.ts';
import { lock_page, trylock_page, unlock_page } from '../../model/kernel/page.ts';
import { pte } from '../../model/machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../../model/machine/types.ts';
import { kthread, program as cpu, stores } from '../../model/scenarios/actors.ts';
import { ownPage } from '../../model/scenarios/races/anonymous.ts';
import { fileScenario } from '../../model/scenarios/world.ts';
import { I4 } from '../../properties/index.ts';
import { check } from '../../schedules/check.ts';
import { DEFAULT_MACHINE } from '../../model/machine/config.ts';

const mm = () => mm_t.lit(0);
const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm(), va_t.lit(0)));
const maps = (n: number) => and(pte_present(entry()), eq(pte_pfn(entry()), pfn_t.lit(n)));
const world = (body: () => void) => program({
  name: 'trylock', sizes: { cpu_t: 1, mm_t: 1, pfn_t: 1 }, options: { kernel: { version: '5.5' }, machine: DEFAULT_MACHINE }, threads: () => [thread('only', 0, body)], init: () => undefined, properties: [],
});

it('holds the semaphore where the try succeeded, and nowhere else', () => {
  expect(() => world(() => { If(down_write_trylock(mm()), () => { up_write(mm()); }); })).not.toThrow();
  expect(() => world(() => { If(down_write_trylock(mm()), () => undefined, () => { up_write(mm()); }); })).toThrow(LanguageError);
  expect(() => world(() => { down_write_trylock(mm()); up_write(mm()); })).toThrow(LanguageError);
  expect(() => world(() => { If(down_write_trylock(mm()), () => undefined); })).toThrow(LanguageError);
});

it('holds the page lock where the try succeeded, and nowhere else', () => {
  expect(() => world(() => { If(trylock_page(page()), () => { unlock_page(page()); }); })).not.toThrow();
  expect(() => world(() => { trylock_page(page()); unlock_page(page()); })).toThrow(LanguageError);
  expect(() => world(() => { If(trylock_page(page()), () => undefined); })).toThrow(LanguageError);
});

it('a write fault copies a page whose lock somebody holds, though it is referenced once', async () => {
  const holder = kthread('holder', () => {
    lock_page(page());
    unlock_page(page());
  });
  const world = fileScenario({
    id: 'test/reuse', title: '', about: '', kernel: { version: '5.9', gup: 'FOLL_GET' }, start: ownPage('ro', { freeFrames: 1 }), cpus: [cpu(0, stores), holder], properties: [I4], expect: { verdict: 'holds' },
    reaches: () => ({ copied: maps(1), reused: and(maps(0), pte_write(entry())) }),
  });
  const { verdict, unreached } = await check(lower(world.build()));
  expect([verdict, unreached]).toEqual(['holds', []]);
});
