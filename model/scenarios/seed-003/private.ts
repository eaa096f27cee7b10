/** A3.9: private mappings of the file are skipped. */
import { and, forall, not, or, peek, property, type Value } from '../../language/index.ts';
import { PG_anon } from '../../kernel/page.ts';
import { relied_on } from '../../kernel/vmwgfx_page_dirty.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_write, va_t, type Pte } from '../../machine/types.ts';
import { noPtlHeld } from '../../../properties/places.ts';
import type { Scenario } from '../../scenario.ts';
import { kthread, loads, program, stores } from '../actors.ts';
import { fileScenario } from '../world.ts';
import { relies, writeProtects } from './actors.ts';

const entry = (mm: number): Pte => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const anon = (e: Pte): Value<'bool'> => peek(PG_anon.at(pte_pfn(e)));
const everyPte = (f: (e: Pte) => Value<'bool'>): Value<'bool'> => forall(mm_t, 'mm', (mm) => or(not(pte_present(peek(pte.at(mm, va_t.lit(0))))), f(peek(pte.at(mm, va_t.lit(0))))));

const Skipped = property('A3.9', 'write protection leaves no writable PTE of the file\'s page, in private mappings neither, and leaves private copies alone', () => ({
  'file page writable': { when: peek(relied_on.at()), holds: everyPte((e) => or(anon(e), not(pte_write(e)))) },
  'private copy changed': { when: noPtlHeld(), holds: everyPte((e) => or(not(anon(e)), and(pte_write(e), pte_dirty(e)))) },
}));

const broken = { verdict: 'violated', property: 'A3.9' } as const;

export const privateMappings: readonly Scenario[] = [
  fileScenario({
    id: 'seed-003/a3.9-private-skipped', entry: 'A3.9', title: 'Private mappings can be skipped: they never map the file\'s page writable',
    about: 'Patch of 2019-09-26: "To avoid interference with COW\'d pages, vmas not marked VM_SHARED are simply skipped."',
    kernel: { version: '5.5' }, start: { dirty: true, maps: [{ pte: 'rw' }, { pte: 'ro', shared: false }], freeFrames: 1 },
    cpus: [program(0, loads), program(1, stores), kthread('driver', writeProtects, relies)], properties: [Skipped], expect: { verdict: 'holds' },
    reaches: () => ({ 'relied on, with a private copy': and(peek(relied_on.at()), anon(entry(1)), pte_write(entry(1))), 'relied on, before the copy': and(peek(relied_on.at()), not(anon(entry(1)))), 'frame 1 is the copy': peek(PG_anon.at(pfn_t.lit(1))) }),
    mutants: [
      { name: 'private-and-writable', what: 'a private mapping maps the file\'s page writable, as no kernel leaves it', start: { maps: [{ pte: 'rw' }, { pte: 'w', shared: false }] }, expect: broken },
      { name: 'not-skipped', what: 'private mappings are walked too, and their copies lose W', kernel: { variants: ['dirty helpers take private VMAs too'] }, expect: broken },
    ],
  }),
];
