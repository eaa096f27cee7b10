/** A3.2 and A3.3: a walk of the file's mappings that meets a huge entry. */
import { and, not, peek, quiescent } from '../../language/index.ts';
import { pmd_is_table, pmd_trans_huge, table_t, table_used } from '../../machine/pmd.ts';
import { pmd_write } from '../../kernel/pgtable_pmd.ts';
import { I2, I5Freed, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeScenario } from './huge-world.ts';
import { firstPmd, freed, holds, khugepaged, protector, writer } from './locks.ts';
import { DirtKept, LeavesCleanHuge } from './properties-huge.ts';

const tableFreed = () => not(peek(table_used.at(table_t.lit(0))));
const taken = { verdict: 'violated', property: 'A3.3' } as const;
const lost = { verdict: 'violated', property: 'I1-special' } as const;

const filling = { mapping: 'special', splitFills: true, walkSplits: true } as const;
const split: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'A3.2', huge: filling, mms: [['huge']], spareTables: 1, writable: false, cpus: [writer(0), khugepaged, protector], properties: [I5Tables, I2, I10b, I14],
  about: 'Thomas Hellström, 2019-09-27: "when actually splitting transhuge pages you don\'t want to race with khugepaged, so you need the mmap_sem". The walk holds the i_mmap lock for reading, splits a huge entry into a table as anonymous memory\'s split does (a file\'s only clears the entry), and walks the table.',
};
const faulted: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'A3.3', huge: { mapping: 'special', hugeFaults: true }, mms: [['none']], spareTables: 1, cpus: [writer(0), protector], properties: [LeavesCleanHuge, I5Tables, I14],
  about: 'Thomas Hellström, 2019-09-27: huge entries are kept write-protected and are split in the write fault, so "we\'d also need a way to avoid the pagewalk splitting for the situation when someone faults a huge entry in just before the call to split_huge_xxx".',
};
const dirt: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'A3.3', huge: { mapping: 'special' }, mms: [['huge']], spareTables: 1, writable: false, cpus: [writer(0), protector], properties: [DirtKept],
  about: 'mm/mapping_dirty_helpers.c since 5.7: "never split huge pmds, since that currently causes dirty info loss". The split of a special entry clears it, and no struct page could take its D.',
};

export const splits = [
  hugeScenario({ ...split, id: 'seed-003/a3.2-split', title: 'A walk under i_mmap_lock splits, and khugepaged of 5.5 frees the table', kernel: { version: '5.5' }, junkTable: true, properties: [I5Freed], expect: { verdict: 'violated', property: 'I5-freed-table', steps: 31 } }),
  hugeScenario({
    ...split, id: 'seed-003/a3.2-split-mmap-sem', title: 'A walk that splits under mmap_sem as well', kernel: { version: '5.5' }, huge: { ...filling, walk: 'both' }, expect: holds,
    reaches: () => ({ 'split': pmd_is_table(firstPmd()), 'quiet, split and collapsed': and(quiescent(), tableFreed()) }),
    mutants: [{ name: 'i-mmap-only', what: 'without mmap_sem', huge: filling, expect: freed }],
  }),
  hugeScenario({
    ...split, id: 'seed-003/a3.2-split-today', title: 'A walk that splits under i_mmap_lock alone, and khugepaged of 6.2', kernel: { version: '6.2' }, expect: holds,
    reaches: () => ({ 'split': pmd_is_table(firstPmd()), 'quiet, split and collapsed': and(quiescent(), tableFreed()) }),
    mutants: [{ name: 'khugepaged-5.5', what: 'khugepaged without the i_mmap lock', kernel: { version: '5.9' }, expect: freed }],
  }),
  hugeScenario({ ...faulted, id: 'seed-003/a3.3-posted', title: 'The patch as posted takes a huge entry for a bad table, and clears it', kernel: { version: '5.5', variants: ['the walk of the patch as posted'] }, expect: { ...taken, steps: 13 } }),
  hugeScenario({ ...faulted, id: 'seed-003/a3.3-split', title: 'The walk of 5.5 splits a clean huge entry', kernel: { version: '5.5' }, expect: { ...taken, steps: 20 } }),
  hugeScenario({
    ...faulted, id: 'seed-003/a3.3-skip', title: 'The walk of 5.9 reads the entry once and leaves a huge one alone', kernel: { version: '5.9' }, expect: holds,
    reaches: () => ({ 'huge and clean': and(pmd_trans_huge(firstPmd()), not(pmd_write(firstPmd()))), 'split by the write fault': and(quiescent(), pmd_is_table(firstPmd())) }),
    mutants: [
      { name: 'split', what: 'the walk of 5.5', kernel: { version: '5.5' }, expect: taken },
      { name: 'posted', what: 'the walk of the patch as posted', kernel: { version: '5.9', variants: ['the walk of the patch as posted'] }, expect: taken },
    ],
  }),
  hugeScenario({
    ...faulted, id: 'seed-003/a3.3-just-before', title: 'The callback saw a table; khugepaged frees it and a huge entry is faulted in before the split', kernel: { version: '5.9' },
    mms: [['table']], cpus: [writer(0), khugepaged, protector], expect: { ...taken, steps: 35 }, properties: [LeavesCleanHuge],
  }),
  hugeScenario({
    ...faulted, id: 'seed-003/a3.3-just-before-repaired', title: 'With the i_mmap lock in khugepaged a table stays one while it is walked', kernel: { version: '6.2' },
    mms: [['table']], cpus: [writer(0), khugepaged, protector], expect: holds,
    reaches: () => ({ 'huge and clean': and(pmd_trans_huge(firstPmd()), not(pmd_write(firstPmd()))) }),
    mutants: [{ name: 'khugepaged-5.9', what: 'khugepaged without the i_mmap lock', kernel: { version: '5.9' }, properties: [LeavesCleanHuge], expect: taken }],
  }),
  hugeScenario({ ...dirt, id: 'seed-003/a3.3-dirt-lost', title: 'The walk of 5.5 splits a dirty special entry: nobody knows any more', kernel: { version: '5.5' }, expect: { ...lost, steps: 19 } }),
  hugeScenario({
    ...dirt, id: 'seed-003/a3.3-dirt-kept', title: 'The walk of 5.9 warns of a dirty special entry and leaves it', kernel: { version: '5.9' }, expect: holds,
    reaches: () => ({ 'quiet and still huge': and(quiescent(), pmd_trans_huge(firstPmd())) }),
    mutants: [{ name: 'split', what: 'the walk of 5.5', kernel: { version: '5.5' }, expect: lost }],
  }),
];
