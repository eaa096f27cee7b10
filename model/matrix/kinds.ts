/** The kinds of memory: their kernels, what must hold in them, and what is so at the start. */
import { FALSE, implies, TRUE, type Init, type Property, type Value } from '../language/index.ts';
import { PG_anon_exclusive } from '../kernel/anon_exclusive.ts';
import { PG_head } from '../kernel/large_folio.ts';
import { disk, last_store, mapcount_at, mapping_at, page_cache, page_count_at, PG_anon, slot_t } from '../kernel/page.ts';
import { anon_vma_at } from '../kernel/vma_lock.ts';
import { data } from '../machine/mmu.ts';
import { pte } from '../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_t, va_t, version_t } from '../machine/types.ts';
import { I1Frame, I1Strong, I2, I2Entry, I3, I4Anywhere, I5, I5Mapped, I5Tables, I5Tlb, I6, I7, I7Exclusive, I7Split, I8, I8Huge, I8End, I10b, I12, I12b, I14, I13, I1Anon } from '../../properties/index.ts';
import { DirtKnownWhereUsed, FreeNotMapped, HugeCountsApart, OwnPages, PinnedStays, WithinVma } from '../scenarios/seed-003/properties-huge.ts';
import { Tidy } from '../../properties/tidy.ts';
import type { Kind, KindWorld, Start } from './agent.ts';
import { ContentsKept } from './contents-kept.ts';
import { RightsByPmd } from './rights.ts';
import { Frozen, UnderWay } from './under-way.ts';

/** In many cells something that a property speaks of never comes about, and need not: what a cell must reach is asked for apart. */
function withoutPremises(p: Property): Property {
  return {
    ...p,
    conjuncts: () => Object.fromEntries(Object.entries(p.conjuncts()).map(([name, c]) => [name, 'holds' in c ? implies(c.when, c.holds) : c])),
  };
}

const everywhere = [I2, I2Entry, I4Anywhere, I5, I5Mapped, I7, I10b, I14, Tidy];

const file: KindWorld = {
  kernel: { version: '6.8', vmaLocks: true, fs: { mkwrite: true }, gup: 'FOLL_PIN', migration: true, truncationNoticed: true, looksForVma: true, variants: ['a gather that meets another one flushes'] },
  properties: [I1Strong, I1Frame, I3, I8, I8End, I12, I12b, ...everywhere].map(withoutPremises),
};

/** Frame 0 is the program's own page; no file is there. */
function ownPage(set: Init, start: Start): void {
  const page = pfn_t.lit(0);
  set(page_cache.at(), slot_t.of({}));
  set(mapping_at.at(page), FALSE);
  set(anon_vma_at.at(mm_t.lit(0), va_t.lit(0)), TRUE);
  set(page_count_at.at(page), count_t.lit(start === 'none' ? 0 : 1));
  if (start !== 'none') exclusive(set, page);
}

function exclusive(set: Init, page: Value<'pfn_t'>): void {
  set(PG_anon.at(page), TRUE);
  set(PG_anon_exclusive.at(page), TRUE);
}

/** Frame 1: as the first page, written to by another program. */
const equalPage = (set: Init, mm: number): void => { ownCopy(set, mm, 1); };

function ownCopy(set: Init, mm: number, frame: number): void {
  const page = pfn_t.lit(frame);
  set(pte.at(mm_t.lit(mm), va_t.lit(0)), pte_t.of({ P: TRUE, pfn: page, W: TRUE, D: TRUE }));
  set(mapcount_at.at(page), count_t.lit(1));
  set(page_count_at.at(page), count_t.lit(1));
  set(anon_vma_at.at(mm_t.lit(mm), va_t.lit(0)), TRUE);
  exclusive(set, page);
}

const anon: KindWorld = {
  kernel: { version: '6.8', vmaLocks: true, anonymous: true, ksm: true, gup: 'FOLL_PIN', migration: true, looksForVma: true, variants: ['a gather that meets another one flushes'] },
  properties: [I6, ...everywhere].map(withoutPremises),
  swapped: { kernel: { swap: 'synchronous' }, properties: [I1Anon, I13].map(withoutPremises) },
  also: ownPage, equalPage,
};

/** A page that may be written is the program's alone; one that is read-only was shared with a child that has ended. Swap is not there. */
const huge: KindWorld = {
  kernel: { version: '6.8', vmaLocks: true, gup: 'FOLL_PIN', looksForVma: true },
  properties: [OwnPages, DirtKnownWhereUsed, HugeCountsApart, PinnedStays, I7Exclusive, FreeNotMapped, WithinVma, I2, RightsByPmd, I5, I5Tables, I5Tlb, I10b, I14].map(withoutPremises),
  walked: { kernel: { migration: true, ksm: true }, properties: [UnderWay, Frozen].map(withoutPremises) },
  swapped: { kernel: { swap: 'synchronous' }, properties: [ContentsKept, I13].map(withoutPremises) },
  equalPage: (set) => {
    set(mapcount_at.at(pfn_t.lit(1)), count_t.lit(1));
    set(page_count_at.at(pfn_t.lit(1)), count_t.lit(1));
    exclusive(set, pfn_t.lit(1));
  },
  also: (set, start) => {
    set(PG_anon.at(pfn_t.lit(0)), start === 'none' ? FALSE : TRUE);
    set(PG_anon_exclusive.at(pfn_t.lit(0)), start === 'rw' || start === 'table' ? TRUE : FALSE);
    set(mapcount_at.at(pfn_t.lit(0)), count_t.lit(start === 'table' ? 1 : 0));
    set(page_count_at.at(pfn_t.lit(0)), count_t.lit(start === 'none' ? 0 : 1));
  },
};

/** A private mapping of the file: written to before ("rw"), it maps frame 1; only read from, the file's own page, as does then the program that KSM compares with; else that one's copy is frame 2. */
const privateFile: KindWorld = {
  kernel: { version: '6.8', vmaLocks: true, privateFile: true, ksm: true, fs: { mkwrite: true }, gup: 'FOLL_PIN', truncationNoticed: true, looksForVma: true, variants: ['a gather that meets another one flushes'] },
  properties: [I1Strong, I1Frame, I3, I6, I8, I8End, I12, ...everywhere].map(withoutPremises),
  also: (set, start) => {
    set(anon_vma_at.at(mm_t.lit(0), va_t.lit(0)), TRUE);
    if (start === 'rw') ownCopy(set, 0, 1);
  },
  equalPage: (set, mm) => { ownCopy(set, mm, 2); },
};

const large: KindWorld = {
  kernel: { ...file.kernel, hugeFiles: 'large folios' }, properties: [...file.properties, I7Split],
  also: (set) => { set(PG_head.at(pfn_t.lit(0)), TRUE); },
};

/** What the page holds is on disk. */
const text: KindWorld = {
  kernel: { ...file.kernel, hugeFiles: 'read-only' }, properties: [...file.properties, I8Huge],
  also: (set) => {
    set(data.at(pfn_t.lit(0)), version_t.lit(1));
    set(disk.at(), version_t.lit(1));
    set(last_store.at(), version_t.lit(1));
  },
};

export const kinds: Readonly<Record<Kind, KindWorld>> = { file, anon, huge, private: privateFile, large, text };
