/** What only reference-page worlds claim. */
import { and, count, eq, forall, le, lt, ne, not, peek, property } from '../../language/index.ts';
import { freed_vma_used } from '../../kernel/gup_nofault.ts';
import { mapcount_at, page_count_at } from '../../kernel/page.ts';
import { f_count, f_page, file_revived, is_refpage_vma, vm_file_at } from '../../kernel/refpage.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pte_pfn, pte_present, pte_write, va_t, version_t } from '../../machine/types.ts';
import { in_section, read_free, read_wrong } from './actors.ts';
import { REFERENCE } from './world.ts';

export const Contents = property('refpage-contents', 'an address that was not stored to reads as what was mapped there: the reference contents, or zeroes in an anonymous mapping', () => ({
  'something else was read': not(peek(read_wrong.at())),
}));

export const ReadFree = property('refpage-alive', 'nobody reads from a free frame', () => ({ 'read from a free frame': not(peek(read_free.at())) }));

const alive = () => ne(peek(f_count.at()), count_t.lit(0));

/** v2 only. */
export const Constant = property('refpage-constant', 'while the file lives its page keeps the reference contents', () => ({
  'reference page changed': { when: alive(), holds: eq(peek(data.at(peek(f_page.at()))), version_t.lit(REFERENCE)) },
}));

/** v2 only. */
export const Copied = property('refpage-copied', 'a page of one\'s own in a reference mapping began as a copy of the reference page', () => ({
  'began as something else': forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
    const entry = peek(pte.at(mm, va));
    const own = and(is_refpage_vma(peek(vm_file_at.at(mm, va))), pte_present(entry), pte_write(entry));
    return not(and(own, lt(peek(data.at(pte_pfn(entry))), version_t.lit(REFERENCE))));
  })),
}));

/** v2 only: what "_mapcount is now not modified on reference pages" promises. */
export const Uncounted = property('refpage-uncounted', 'while the file lives its page has one reference of the file and those of pins, and _mapcount 0', () => ({
  'counter moved': { when: alive(), holds: and(eq(peek(mapcount_at.at(peek(f_page.at()))), count_t.lit(0)), le(count_t.lit(1), peek(page_count_at.at(peek(f_page.at()))))) },
}));

export const FileLife = property('file-life', 'no reference is taken to a file that has none', () => ({ revived: not(peek(file_revived.at())) }));

export const VmaLife = property('vma-life', 'no VMA is used after munmap has freed it', () => ({ 'freed VMA used': not(peek(freed_vma_used.at())) }));

export const OneOwner = property('I14-one-owner', 'the page lock has one owner at a time', () => ({
  'two owners': le(count(count_t, cpu_t, 'cpu', (cpu) => peek(in_section.at(cpu))), count_t.lit(1)),
}));
