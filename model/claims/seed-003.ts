/** The claims of thread 003, at PTE level. */
import type { Claim } from './claim.ts';
import { seed003Thp } from './seed-003-thp.ts';

const POSTED = '2019-09-26';
const thread = '003';
const HELLSTROM = 'Thomas Hellström';

export const seed003: readonly Claim[] = [
  {
    id: 'seed-003/flags-are-advisory', thread, entry: 'A3.4', by: HELLSTROM, date: POSTED,
    claim: 'Tests of vm_flags in the walk are advisory; they are enough if the flags do not change during the call.', verdict: 'conditional',
    scenarios: ['seed-003/a3.4-immutable-flags', 'seed-003/a3.4-advisory-flags', 'seed-003/a3.4-maywrite'],
    assumptions: [
      { what: 'nobody calls mprotect on the VMA', without: 'seed-003/a3.4-immutable-flags#mprotect' },
    ],
    why: 'mprotect clears VM_WRITE before it touches the PTEs, so the posted test skips a VMA whose PTEs are still writable, and a store goes through after the call has returned. 5.5 tests VM_MAYWRITE instead, which mprotect does not change: the remedy of the comment itself. Then mprotect must count tlb_flush_pending, as it does.',
  },
  {
    id: 'seed-003/cleaned-is-reported', thread, entry: 'A3.5', by: HELLSTROM, date: POSTED,
    claim: 'When apply_as_clean returns PTEs may be dirty again, but none was cleaned that is not in the bitmap.', verdict: 'true',
    scenarios: ['seed-003/a3.5-cleaned-is-reported', 'seed-003/vmwgfx-pagetable'],
    why: 'The bit is set under the same PTE lock as D is cleared, and D set between the look at the entry and ptep_modify_prot_start was set already. It says nothing of PTEs that somebody else removes: see seed-003/new-munmap-drops-dirty.',
  },
  {
    id: 'seed-003/first-and-last-recorded', thread, entry: 'A3.5', by: HELLSTROM, date: POSTED,
    claim: 'The first and last of the bits set are recorded along with the bits.', verdict: 'conditional', scenarios: ['seed-003/first-and-last'],
    assumptions: [{ what: 'callers that share a bitmap wait for each other', without: 'seed-003/new-two-callers-one-bitmap' }],
    why: 'First and last are read when the call begins and written when it ends, with no lock of the helper over them. vmwgfx serialises its calls by the reservation of the buffer object.',
  },
  {
    id: 'seed-003/protocol-p', thread, entry: 'A3.6', by: HELLSTROM, date: POSTED,
    claim: 'Write-protect the range, block new writers in page_mkwrite or pfn_mkwrite, flush, and then clean: all dirty PTEs are picked up and none are added.', verdict: 'conditional',
    scenarios: ['seed-003/a3.6-protocol-p', 'seed-003/a3.6-no-flush-between', 'seed-003/new-mkwrite-returned', 'seed-003/new-mprotect-in-p'],
    assumptions: [
      { what: 'TLBs are flushed before what was collected is acted upon', without: 'seed-003/a3.6-protocol-p#no-flush' },
      { what: 'the range is write-protected before it is cleaned', without: 'seed-003/a3.6-protocol-p#clean-first' },
      { what: 'new writers are blocked throughout', without: 'seed-003/a3.6-protocol-p#writers-not-blocked' },
      { what: 'a writer that has been let through has its PTE written before the range is write-protected; page_mkwrite can see to that by returning with the page locked, if that is the lock by which writers are blocked, pfn_mkwrite by writing the PTE itself', without: 'seed-003/new-mkwrite-returned' },
      { what: 'nobody calls mprotect between write protection and cleaning', without: 'seed-003/new-mprotect-in-p' },
    ],
    why: 'The first three are in the comment. The last two nobody said. The flush that the comment puts between the two passes is not what protects: without it the protocol holds, because cleaning flushes what it touches before it returns (a3.6-no-flush-between).',
  },
  {
    id: 'seed-003/nothing-touched-nothing-flushed', thread, entry: 'A3.7', by: 'derived', date: POSTED,
    claim: 'A caller that has changed no PTE need not flush (apply_as_range: if (awr->end > awr->start)).', verdict: 'false',
    scenarios: ['seed-003/a3.7-nested-flush', 'seed-003/new-madvise-not-flushed'],
    why: 'Another caller may have cleaned the PTE and not flushed yet: i_mmap_rwsem is held for reading and does not keep callers apart, and the posted patch counts tlb_flush_pending without reading it. vmwgfx has one caller at a time for a buffer object; what it can meet is madvise or mprotect in another thread (new-madvise-not-flushed, a3.4-maywrite#not-counted).',
  },
  {
    id: 'seed-003/nested-rule', thread, entry: 'A3.7', by: 'derived', date: POSTED,
    claim: 'It is enough to flush the whole range when mm_tlb_flush_nested says that others have not flushed yet.', verdict: 'conditional',
    scenarios: ['seed-003/a3.7-nested-rule', 'seed-003/new-madvise-flushed', 'seed-003/a3.4-maywrite'],
    assumptions: [
      { what: 'the count is read after the walk, and heeded', without: 'seed-003/a3.7-nested-rule#not-asked' },
      { what: 'the helpers count themselves pending until they have flushed', without: 'seed-003/a3.7-nested-rule#counted-down-first' },
      { what: 'so does madvise', without: 'seed-003/new-madvise-flushed#not-counted' },
      { what: 'so does mprotect', without: 'seed-003/a3.4-maywrite#not-counted' },
    ],
    why: 'wp_clean_post_vma of 5.5 does this; the posted patch did not. Others that flush late without counting are not modelled.',
  },
  {
    id: 'seed-003/modify-prot-transaction', thread, entry: 'A3.8', by: HELLSTROM, date: POSTED,
    claim: 'ptep_modify_prot_start and ptep_modify_prot_commit around the change keep a D bit that hardware sets meanwhile.', verdict: 'true',
    scenarios: ['seed-003/a3.8-modify-prot', 'seed-003/a3.8-clean-needs-none'],
    why: 'Write protection needs it: reading the entry and writing it back loses D. Cleaning does not: it changes only entries in which D is set already, so there is nothing left for hardware to set.',
  },
  {
    id: 'seed-003/private-vmas-skipped', thread, entry: 'A3.9', by: HELLSTROM, date: POSTED,
    claim: 'VMAs that are not VM_SHARED can be skipped.', verdict: 'conditional', scenarios: ['seed-003/a3.9-private-skipped'],
    assumptions: [{ what: 'a private mapping never maps the file\'s page writable', without: 'seed-003/a3.9-private-skipped#private-and-writable' }],
    why: 'A write fault in a private mapping maps a copy. Walking private mappings would take W and D from the copies (#not-skipped). The catalogue names FOLL_FORCE as what could leave the file\'s page writable in a private mapping; no kernel does: get_user_pages copies first, and the writes of CVE-2016-5195 went through the kernel\'s own mapping with the PTE read-only. VM_IO, which the posted version asks for, keeps get_user_pages away altogether.',
  },
  {
    id: 'seed-003/flush-then-dec', thread, entry: 'A3.10', by: HELLSTROM, date: POSTED,
    claim: 'At the end of each VMA: flush, end the notifier\'s range, count tlb_flush_pending down, all inside i_mmap_rwsem.', verdict: 'conditional',
    scenarios: ['seed-003/a3.10-flush-then-dec', 'seed-003/a3.7-nested-rule'],
    assumptions: [
      { what: 'the count goes down after the flush', without: 'seed-003/a3.10-flush-then-dec#counted-down-first' },
      { what: 'and others ask for it', without: 'seed-003/a3.7-nested-rule#not-asked' },
    ],
    why: 'Counting down first makes the second caller of A3.7 see nobody pending (a3.7-nested-rule#counted-down-first). That all of it is inside i_mmap_rwsem keeps the VMA and its mm alive, which is not modelled here; those who ask for the count do not take that lock.',
  },
  {
    id: 'seed-003/touched-range', thread, entry: 'A3.11', by: HELLSTROM, date: POSTED,
    claim: 'The range of touched PTEs is enough to flush.', verdict: 'conditional', scenarios: ['seed-003/a3.11-touched-range', 'seed-003/a3.11-not-reset'],
    assumptions: [{ what: 'the end is raised with every PTE that is changed', without: 'seed-003/a3.11-touched-range#end-kept' }],
    why: 'The catalogue also asks for the range to be reset for each VMA. Not resetting it is harmless: min and max only widen, so more is flushed than was touched (a3.11-not-reset). Nor need the start ever be lowered: the walk goes up.',
  },
  {
    id: 'seed-003/flush-between-is-spare', thread, entry: 'A3.6', by: 'pterace', date: POSTED,
    claim: 'The flush between write protection and cleaning can be left out.', verdict: 'conditional', scenarios: ['seed-003/a3.6-no-flush-between'],
    assumptions: [{ what: 'cleaning flushes what it touched before it returns', without: 'seed-003/a3.6-no-flush-between#no-flush-at-all' }],
    why: 'A TLB entry that lets a CPU store without looking at the PTE has D set, and then so has the PTE, unless somebody has cleaned it and not flushed. Cleaning finds it, sets the bit, and flushes before the caller acts on the bits. It rests on hardware that looks at W again before it sets D, as the model\'s does.',
    new: { sure: 'Sure of the model. Processors may set D in an entry that has just lost W, which would only add a page to the bitmap. Not a bug: a flush that could be saved.' },
  },
  {
    id: 'seed-003/blocking-in-pfn-mkwrite-suffices', thread, entry: 'A3.6', by: 'pterace', date: POSTED,
    claim: 'Blocking new writers in pfn_mkwrite is enough, a writer that has left it cannot undo the write protection.', verdict: 'false',
    scenarios: ['seed-003/new-mkwrite-returned', 'seed-003/new-vmwgfx-window', 'seed-003/new-vmwgfx-closed', 'seed-003/vmwgfx-d-bits-only'],
    why: 'wp_pfn_shared holds neither the PTE lock nor anything of the driver between ->pfn_mkwrite and finish_mkwrite_fault, and pte_same only sees that the PTE is read-only and clean as before. In vmwgfx the page is recorded, reported and forgotten before the store, and stays writable and unrecorded (new-vmwgfx-window). A pfn_mkwrite that writes the PTE itself closes the window (new-vmwgfx-closed). While only D bits count it does no harm, for the PTE becomes dirty with being writable (vmwgfx-d-bits-only).',
    new: { sure: 'Quite sure of the window: wp_pfn_shared, finish_mkwrite_fault and vmw_bo_vm_mkwrite read so in 5.5 and in later releases, and scans run with the object reserved (vmw_validation_bo_validate). How long it is on a machine, and whether a display shows it, was not tried.' },
  },
  {
    id: 'seed-003/writable-only-through-mkwrite', thread, entry: 'A3.6', by: 'pterace', date: POSTED,
    claim: 'After write protection a PTE becomes writable through page_mkwrite or pfn_mkwrite only.', verdict: 'false',
    scenarios: ['seed-003/new-mprotect-in-p', 'seed-003/new-mprotect-regrants', 'seed-003/new-one-pass', 'seed-003/new-mprotect-repaired'],
    why: 'Write protection leaves D set, and change_pte_range makes a dirty PTE writable in a VMA that wants write notification. Between the two passes of protocol P this ends in a writable clean PTE (new-mprotect-in-p). vmwgfx only write-protects in its mkwrite method: there PROT_READ and back is enough, without any race (new-mprotect-regrants). Clearing W and D in one pass, as page_mkclean does, repairs both.',
    new: { sure: 'Quite sure: dirty_accountable in change_pte_range (5.5), can_change_pte_writable (6.2) and vma_wants_writenotify, which asks for pfn_mkwrite first, were read. mprotect must change the flags, else it returns early; the scenarios take PROT_WRITE away and give it back.' },
  },
  {
    id: 'seed-003/dirty-stays-until-collected', thread, entry: 'A3.5', by: 'pterace', date: POSTED,
    claim: 'A D bit stays in the PTE until a helper collects it.', verdict: 'false',
    scenarios: ['seed-003/new-munmap-drops-dirty', 'seed-003/vmwgfx-mkwrite-munmap', 'seed-003/vmwgfx-unmap'],
    why: 'zap_pte_range has no struct page to move the D bit of a special PTE to. The driver collects before it unmaps the object itself; munmap and madvise(MADV_DONTNEED) by the program it does not see. What pfn_mkwrite recorded is not in the PTE and survives.',
    new: { sure: 'Quite sure that the bit is dropped: vm_normal_page returns NULL and zap_pte_range goes on to the next entry. Not sure that it matters: a program may be expected to keep its mapping until it has submitted the commands that use the object; no document that says so was found.' },
  },
  ...seed003Thp,
];
