/** The dirty helpers of thread 003: the order of steps of the posted and of the merged version, and what the claims say of them. */
import { describe, expect, it } from 'vitest';
import { seed003 as claims } from '../../model/claims/seed-003.ts';
import type { Stmt } from '../../model/language/ir.ts';
import { stmtName } from '../../model/language/mutate.ts';
import { seed003 } from '../../model/scenarios/seed-003/index.ts';

/** The named statements of a procedure, in the order of the listing. */
function named(id: string, proc: string): string[] {
  const [scenario, mutant] = id.split('#');
  const s = seed003.find((x) => x.id === scenario);
  const program = (mutant === undefined ? s : s?.mutants.find((m) => m.name === mutant))?.build();
  const flat = (list: readonly Stmt[]): string[] => list.flatMap((x) => (x.s === 'if' ? [...flat(x.then), ...flat(x.else)] : [stmtName(x)])).filter((n) => n !== '');
  return flat(program?.procs.find((p) => p.name === proc)?.body ?? []);
}

describe('the end of a VMA', () => {
  it('as merged: ask, flush, count down', () => {
    expect(named('seed-003/a3.7-nested-rule', 'wp_clean_post_vma')).toEqual(['mm_tlb_flush_nested', 'flush_tlb_range', 'flush_tlb_range', 'dec_tlb_flush_pending']);
  });
  it('as posted: flush what was touched, count down', () => {
    expect(named('seed-003/a3.7-nested-flush', 'wp_clean_post_vma')).toEqual(['flush_tlb_range', 'dec_tlb_flush_pending']);
  });
});

it('a VMA is counted before its PTE lock is taken, and the lock is dropped before the flush', () => {
  expect(named('seed-003/a3.7-nested-rule', 'clean_record_shared_mapping_range')).toEqual([
    '*start', '*end', 'i_mmap_lock_read', 'find_vma', 'inc_tlb_flush_pending', 'pte_offset_map_lock', 'clean_record_pte', 'pte_unmap_unlock', 'wp_clean_post_vma', 'i_mmap_unlock_read', '*start', '*end',
  ]);
});

it('cleaning looks, takes the entry away, puts it back and reports, in this order', () => {
  expect(named('seed-003/a3.5-cleaned-is-reported', 'clean_record_pte')).toEqual(['*pte', 'ptep_modify_prot_start', 'ptep_modify_prot_commit', '__set_bit']);
});

it('nothing is held between pfn_mkwrite and the PTE lock', () => {
  expect(named('seed-003/new-mkwrite-returned', 'wp_pfn_shared')).toEqual(['pte_unmap_unlock', 'vmw_bo_vm_mkwrite', 'finish_mkwrite_fault']);
  expect(named('seed-003/new-mkwrite-returned', 'finish_mkwrite_fault').slice(0, 2)).toEqual(['pte_offset_map_lock', '*pte']);
});

it('every entry of the thread at PTE level has a claim', () => {
  expect(claims.map((c) => c.entry)).toEqual(expect.arrayContaining(['A3.4', 'A3.5', 'A3.6', 'A3.7', 'A3.8', 'A3.9', 'A3.10', 'A3.11']));
});
