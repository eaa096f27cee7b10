/** A page in a device's memory that one fault brings back while another looks at it (B82). */
import { and, drop, eq, FALSE, not, peek, quiescent, TRUE, type Init, type Value } from '../../language/index.ts';
import { is_device_private_entry, is_migration_entry, make_device_private_entry } from '../../kernel/migration_entry.ts';
import { newest } from '../../kernel/mm_types.ts';
import { mapcount_at, mapping_at, page_cache, page_count_at, PG_anon, slot_t } from '../../kernel/page.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t, version_t } from '../../machine/types.ts';
import { I1Anon, I5, I14 } from '../../../properties/index.ts';
import { dontneed, loads, program, sibling } from '../actors.ts';
import type { Start } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const device = () => pfn_t.lit(0);
const at = () => [mm_t.lit(0), va_t.lit(0)] as const;
const entry = (): Value<'pte_t'> => peek(pte.at(...at()));
const isFree = () => eq(peek(page_count_at.at(device())), count_t.lit(0));
const inUse = { verdict: 'violated', property: 'assertion' } as const;

/** Page 0 is the device's: mm0's own, stored to before it went there. */
const inDevice: Start = {
  maps: [{ pte: 'none', shared: false }], freeFrames: 2,
  also: (set: Init) => {
    set(page_cache.at(), slot_t.of({}));
    set(mapping_at.at(device()), FALSE);
    set(PG_anon.at(device()), TRUE);
    set(pte.at(...at()), make_device_private_entry(device()));
    set(page_count_at.at(device()), count_t.lit(1));
    set(mapcount_at.at(device()), count_t.lit(1));
    set(data.at(device()), version_t.lit(1));
    set(newest.at(...at()), version_t.lit(1));
  },
};

const b82: Common = {
  entry: 'B82',
  about: 'Commit 16ce101db85d (Alistair Popple, 6.1-rc1, CVE-2022-3523), "mm/memory.c: fix race when faulting a device private page": a fault finds an entry of a page in a device\'s memory, and calls the driver that the page names, without a reference. Another fault has brought the page back meanwhile: it is free, and what it says of its driver is worth nothing.',
  machine: { tlbs: false }, start: inDevice,
  cpus: [program(0, loads), sibling(0, loads)],
  properties: [I5],
};
/** The page goes for good. */
const zapped: Common = { ...b82, cpus: [program(0, loads), sibling(0, dontneed)] };
const PRIVATE = { migration: true, devicePrivate: true, anonymous: true } as const;
const UNHELD = { name: 'not-held', what: 'the fault takes no reference', mutations: [drop('do_swap_page', 'get_page'), drop('do_swap_page', 'put_page')], properties: [I5], expect: inUse } as const;

export const devicePrivateRaces = [
  fileScenario({ ...b82, id: 'race/b82-driver-of-a-free-page', title: 'Two faults on a page in a device\'s memory: the second one asks a page that is free for its driver', kernel: { version: '6.0', ...PRIVATE }, expect: { ...inUse, steps: 35 } }),
  fileScenario({ ...zapped, id: 'race/b82-zapped', title: 'MADV_DONTNEED frees the page that a fault is about to bring back', kernel: { version: '6.0', ...PRIVATE }, expect: { ...inUse, steps: 10 } }),
  fileScenario({
    ...b82, id: 'race/b82-repaired', title: 'The fault takes a reference while it holds the PTE lock', kernel: { version: '6.2', ...PRIVATE }, properties: [I5, I1Anon, I14], expect: { verdict: 'holds' },
    reaches: () => ({
      'brought back, and free': and(quiescent(), pte_present(entry()), isFree()), 'under way': is_migration_entry(entry()),
      'two faults hold it, and neither can move it': and(is_device_private_entry(entry()), eq(peek(page_count_at.at(device())), count_t.lit(3))),
    }),
    mutants: [UNHELD],
  }),
  fileScenario({
    ...zapped, id: 'race/b82-zapped-repaired', title: 'The reference keeps the page from MADV_DONTNEED as well', kernel: { version: '6.2', ...PRIVATE }, properties: [I5, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'zapped while it was under way': and(not(is_migration_entry(entry())), not(pte_present(entry())), not(is_device_private_entry(entry())), not(isFree())), 'a page of zeroes instead': and(quiescent(), pte_present(entry()), not(eq(pte_pfn(entry()), device()))) }),
    mutants: [UNHELD],
  }),
];
