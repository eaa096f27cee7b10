/** A0.1: that write protection is broken "at anytime in reasonable time", as a matter of progress. */
import { and, eq, not, peek, quiescent, waitUntil, type Value } from '../../language/index.ts';
import { write_protect_page } from '../../kernel/ksm.ts';
import { down_read, up_read } from '../../kernel/mm_types.ts';
import { get_page, lock_page, put_page, unlock_page } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { I6, I15Store } from '../../../properties/index.ts';
import { kthread, program, stores } from '../actors.ts';
import { ksmd, twoPages } from '../seed-000/anonymous.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { forEver } from './endless.ts';

/** Protects the program's page whenever it is not protected: KSM's own procedure, for whatever purpose. It holds a reference, as KSM does. */
const protects = (): void => {
  get_page(pfn_t.lit(0));
  down_read(mm_t.lit(0));
  lock_page(pfn_t.lit(0));
  write_protect_page({ page: pfn_t.lit(0), mm: mm_t.lit(0), va: va_t.lit(0) });
  unlock_page(pfn_t.lit(0));
  up_read(mm_t.lit(0));
  put_page(pfn_t.lit(0));
};
const protector = forEver('protector', protects);
const waitsForTheWriter = (): void => {
  lock_page(pfn_t.lit(0));
  waitUntil(pte.at(mm_t.lit(0), va_t.lit(0)), pte_write);
  unlock_page(pfn_t.lit(0));
};
const never = { verdict: 'violated', property: 'I15-store' } as const;
const entry = (mm: number): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const maps = (mm: number, page: number): Value<'bool'> => and(pte_present(entry(mm)), eq(pte_pfn(entry(mm)), pfn_t.lit(page)));

const protectedPage: Omit<FileScenario, 'id' | 'title' | 'about' | 'expect' | 'cpus'> = {
  entry: 'A0.1', kernel: { version: '5.5', ksm: true }, start: twoPages('rw', 'own', 1), properties: [I6],
};

export const brokenInTime = [
  fileScenario({
    ...protectedPage, id: 'seed-000/a0.1-in-reasonable-time', title: 'One pass of ksmd: whoever writes gets to write', progress: [I15Store()], cpus: [program(0, stores), ksmd(0, 1)],
    about: 'Jérôme Glisse, 2020-01-21: "this write protection is intend to be broken at anytime in reasonable time (like KSM today) so that we never block more than necessary anything that need to write to the page". From every state that a pass of ksmd and a store can come to, the store is made in the end: a fault waits for locks only, and who holds one waits for nobody that waits for the page.',
    expect: { verdict: 'holds' }, reaches: () => ({ 'both map the KSM page': and(maps(0, 0), maps(1, 0)), 'stored to a page of its own': and(quiescent(), not(maps(0, 0))) }),
    mutants: [
      { name: 'endless', what: 'somebody protects the page again and again', start: twoPages('ro', 'own', 2), cpus: [program(0, stores), protector], progress: [I15Store({ strong: true })], expect: never },
      { name: 'waits-for-the-writer', what: 'ksmd keeps the protected page locked until the PTE is writable again', start: twoPages('ro', 'own', 1), cpus: [program(0, stores), kthread('ksmd', waitsForTheWriter)], expect: { verdict: 'deadlock' } },
    ],
  }),
  fileScenario({
    ...protectedPage, id: 'seed-000/a0.1-protected-again', title: 'Who protects a page without a pause can do it before the store every time', progress: [I15Store({ strong: true })],
    start: twoPages('ro', 'own', 2), cpus: [program(0, stores), protector],
    about: 'Not in the thread. Breaking gives the program a writable PTE, and the store has yet to be made: a protector that comes in between, again and again, never lets it. Every lock serves in order here (strong fairness). ksmd of Linux sleeps between its batches; a user of generic write protection has to pause, too.',
    expect: { ...never, steps: 70 },
  }),
];
