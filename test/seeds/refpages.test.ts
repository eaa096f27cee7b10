/** Reference pages: what the scenarios' own declarations do not check. */
import { describe, expect, it } from 'vitest';
import { check } from '../../schedules/check.ts';
import { eq, lower, peek, program, property, quiescent, thread } from '../../index.ts';
import { dec_mapcount, get_page, mapcount_at, page_count_at, try_grab_page } from '../../model/kernel/page.ts';
import { count_t, pfn_t } from '../../model/machine/types.ts';
import { listing } from '../../model/language/listing.ts';
import { seed001 } from '../../model/scenarios/seed-001/index.ts';

const page = () => pfn_t.lit(0);

/** One thread, and the two counters that it leaves, which wrap at 2^bits. */
const leaves = (bits: number, start: number, does: () => void, count: number, mapcount: number) => program({
  name: 'counters', sizes: { cpu_t: 1, mm_t: 1, va_t: 1, pfn_t: 1, count_t: 2 ** bits }, options: { kernel: { version: '5.9', refpages: 'v1', counterBits: bits } },
  threads: () => [thread('a', 0, does)],
  init: (set) => {
    set(page_count_at.at(page()), count_t.lit(start));
    set(mapcount_at.at(page()), count_t.lit(0));
  },
  properties: [property('end', 'the counters at the end', () => ({
    _count: { when: quiescent(), holds: eq(peek(page_count_at.at(page())), count_t.lit(count)) },
    _mapcount: { when: quiescent(), holds: eq(peek(mapcount_at.at(page())), count_t.lit(mapcount)) },
  }))],
});

describe('counters of declared width', () => {
  it.each([2, 3])('of %i bits: get_page and page_remove_rmap wrap, try_grab_page refuses 0 and what is negative', async (bits) => {
    const max = 2 ** bits - 1;
    for (let start = 0; start <= max; start++) {
      const wrapped = leaves(bits, start, () => { get_page(page()); dec_mapcount(page()); }, (start + 1) % (max + 1), max);
      expect((await check(lower(wrapped))).verdict, `get_page of ${start}`).toBe('holds');
      const positive = start >= 1 && start <= (max - 1) / 2;
      const tried = leaves(bits, start, () => { try_grab_page(page()); dec_mapcount(page()); }, positive ? start + 1 : start, max);
      expect((await check(lower(tried))).verdict, `try_grab_page of ${start}`).toBe('holds');
    }
  });
});

function text(id: string, name: string): string {
  const world = seed001.find((s) => s.id === id)?.build();
  const proc = world?.procs.find((p) => p.name === name);
  if (world === undefined || proc === undefined) throw new Error(`${id} has no ${name}`);
  return listing(proc, world);
}

describe('the order of steps', () => {
  it('munmap zaps and flushes, unlinks, and then drops the file', () => {
    expect(text('seed-001/a1.2-munmap', 'do_munmap')).toMatch(/zap_pte_range\([^]*set_vma\([^]*remove_vma\(/);
    expect(text('seed-001/a1.2-munmap', 'zap_pte_range')).toMatch(/ptep_get_and_clear[^]*is_refpage_pfn[^]*flush_tlb_page[^]*put_page/);
  });
  it('v1 takes its reference under the PTE lock and unlocks a page that it has not locked', () => {
    expect(text('seed-001/a1.3-two-owners', 'follow_page_pte')).toMatch(/pte_offset_map_lock[^]*page_count[^]*get_page[^]*pte_unmap_unlock/);
    expect(text('seed-001/a1.3-two-owners', 'do_no_page')).toMatch(/refpage_fault[^]*unlock_page/);
    expect(text('seed-001/a1.3-two-owners', 'do_no_page')).not.toMatch(/[^n]lock_page/);
  });
  it('fork takes the file before it copies entries', () => {
    expect(text('seed-001/a1.2-fork', 'dup_mmap')).toMatch(/dup_vm_file\([^]*copy_one_pte\(/);
  });
});
