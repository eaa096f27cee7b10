/** The claims of thread 000: Jérôme Glisse, "[LSF/MM/BPF TOPIC] Generic page write protection". */
import type { Claim } from './claim.ts';

const topic = { thread: '000', by: 'Jérôme Glisse', date: '2020-01-21' } as const;
const by = { thread: '000', by: 'pterace', date: '2026-11-22' } as const;

export const seed000: readonly Claim[] = [
  {
    ...topic, id: 'seed-000/a0.1-broken-at-any-time', entry: 'A0.1', verdict: 'conditional',
    claim: '"This write protection is intend to be broken at anytime" by whoever writes, like KSM today: nobody else sees the write.',
    scenarios: ['seed-000/a0.1-broken-by-store', 'seed-000/a0.1-reuse-frozen'],
    assumptions: [
      { what: 'the TLB is flushed before the page counts as protected', without: 'seed-000/a0.1-broken-by-store#no-flush' },
      { what: 'the write fault knows protected pages and copies them', without: 'seed-000/a0.1-broken-by-store#no-PageKsm' },
      { what: 'fault and merger exclude each other by the page lock', without: 'seed-000/a0.1-broken-by-store#no-page-lock' },
      { what: 'a merged page is taken back only when nobody holds another reference, the merger included', without: 'seed-000/a0.1-reuse-frozen#by-mapcount' },
    ],
    why: 'Whatever the order of one store and one pass of ksmd, the merged page keeps its contents and the store goes to a page of the program\'s own. This is the safety of breaking for anonymous pages as in 5.5; that the writer gets there in reasonable time is a claim about progress and is settled elsewhere.',
  },
  {
    ...topic, id: 'seed-000/a0.2-pinned-page-not-protected', entry: 'A0.2', verdict: 'conditional',
    claim: 'If something calls GUP in write mode the protection is broken, and a page that is pinned is not write protected.',
    scenarios: ['seed-000/a0.2-gup-fast', 'seed-000/a0.2-compare-first', 'seed-000/a0.2-recheck-alone', 'seed-000/a0.2-interrupts-alone'],
    assumptions: [
      { what: 'references are compared with mappings at all', without: 'seed-000/a0.2-gup-fast#no-comparison' },
      { what: 'the PTE is cleared and flushed before they are compared', without: 'seed-000/a0.2-compare-first' },
      { what: 'GUP-fast reads the PTE again after it took its reference, or runs with interrupts off where flushes are interrupts', without: 'seed-000/a0.2-gup-fast#neither' },
      { what: 'where flushes are broadcast by hardware, the second look is needed', without: 'seed-000/a0.2-recheck-alone#no-recheck' },
      { what: 'GUP for writing refuses a read-only PTE', without: 'seed-000/a0.2-gup-fast#takes-read-only' },
    ],
    why: 'With clear, flush and then compare, a pin either is seen by the comparison or meets a changed PTE. The comment in mm/ksm.c credits the flush; the model says that the flush (an interrupt that GUP-fast holds back) and GUP-fast\'s second look each do it alone, and that with both gone a pinned page is replaced. Memory is sequentially consistent here, so the barriers that the real order needs are not shown.',
  },
  {
    ...by, id: 'seed-000/new-read-pin', entry: 'A0.2', verdict: 'false',
    claim: '[5] is "mostly trivial": a pinned page is never merged, for references are compared with mappings.',
    scenarios: ['seed-000/new-read-pin'],
    why: 'The comparison is made only where the PTE is writable or dirty. A PTE that an earlier pass of ksmd left read-only and clean, because the contents differed then, is merged without a look at the references. A pin for reading is then left on a page that the program no longer maps: what it stores afterwards goes to a copy, and the device reads old contents.',
    new: { sure: 'Sure of the code: write_protect_page of 5.5 and 5.9 has this condition, and nothing else between the page lock and replace_page looks at the count. The thread speaks of GUP in write mode only, and kernels of that time did not promise more for pins for reading; from 5.19 on write_protect_page asks for anonymous exclusive pages too.' },
  },
  {
    ...topic, id: 'seed-000/a0.1-file-pages', entry: 'A0.1', verdict: 'conditional',
    claim: 'The mechanism works for file backed memory as it does for anonymous memory, with a descriptor in place of page->mapping.',
    scenarios: ['seed-000/a0.1-file-page', 'seed-000/a0.1-file-page-mkwrite'],
    assumptions: [
      { what: 'the write fault asks whether the page is protected, under the PTE lock, and breaks first', without: 'seed-000/a0.1-file-page#fault-does-not-break' },
      { what: 'the descriptor is set before the PTEs are protected, or page_mkwrite locks the page', without: 'seed-000/new-descriptor-last' },
      { what: 'it is asked after page_mkwrite, which may have waited for the protector', without: 'seed-000/a0.1-file-page-mkwrite#asked-before-mkwrite' },
      { what: 'PTEs are flushed when they are protected', without: 'seed-000/a0.1-file-page#no-flush' },
    ],
    why: 'One mapping, one store, one protection: the contents of the page stay what they were while it counts as protected, and no dirty data is lost. The procedures of the proposal are ours, after the thread\'s description; the posted patches were not read.',
  },
  {
    ...by, id: 'seed-000/new-ksm-order-for-files', entry: 'A0.1', verdict: 'false',
    claim: 'KSM can be made generic as it is: protect the PTEs, compare references, then change page->mapping.',
    scenarios: ['seed-000/new-descriptor-last'],
    why: 'The write fault on an anonymous page locks the page before it reuses it; the write fault on a shared file page of a file system without page_mkwrite makes the PTE writable under the PTE lock alone and locks the page afterwards. Between protection and descriptor it finds nothing to break, and the page counts as protected with a writable PTE. Descriptor first repairs it; the catalogue\'s own sketch (D15) has the order that fails.',
    new: { sure: 'Sure for such a protector on 5.5: the order of the fault is wp_page_shared and wp_page_reuse of that kernel, and tmpfs is such a file system. Whether the posted patches used KSM\'s order for files is not known to us.' },
  },
  {
    ...topic, id: 'seed-000/a0.2-file-page-not-protected-while-pinned', entry: 'A0.2', verdict: 'conditional',
    claim: '"GUPed page should not be write protected as we do not know what the GUPers is doing with the page", for pages of files.',
    scenarios: ['seed-000/a0.2-file-page-pinned'],
    assumptions: [{ what: 'references are compared with mappings, the page cache\'s and the protector\'s own', without: 'seed-000/a0.2-file-page-pinned#no-comparison' }],
    why: 'As for anonymous pages. Whoever has looked the page up without pinning it (read(2), write(2), readahead) raises the count too, so the protector gives up more often than it must.',
  },
  {
    ...topic, id: 'seed-000/a0.3-io-error-reads-mapping', entry: 'A0.3', by: 'derived', verdict: 'false',
    claim: 'With a descriptor in page->mapping, the I/O error path may go on reading that field.',
    scenarios: ['seed-000/a0.3-io-error'],
    why: 'mark_buffer_write_io_error of 5.5 reads page->mapping in the device\'s interrupt, without the page lock, once to see that it is there and once to use it. The protector holds the page lock and waits for write-back under way; that does not help, for a dirty page is written back while it is protected.',
  },
  {
    ...topic, id: 'seed-000/a0.3-buffer-head-has-mapping', entry: 'A0.3', verdict: 'conditional',
    claim: '[3] "We can update buffer_head to store the mapping": the block layer can then report I/O failures without page->mapping.',
    scenarios: ['seed-000/a0.3-buffer-head'],
    assumptions: [{ what: 'the error path reads the buffer_head\'s mapping and not the page\'s', without: 'seed-000/a0.3-buffer-head#page-mapping' }],
    why: 'The file that the error belongs to is then known from when the IO was submitted. That the stored mapping lives as long as the IO is taken for granted; several files that share one page are not modelled.',
  },
  {
    ...by, id: 'seed-000/new-clean-pages-only', entry: 'A0.3', verdict: 'conditional',
    claim: 'I/O error paths need not change if only pages are protected that are clean and not under write-back.',
    scenarios: ['seed-000/new-clean-and-waited'],
    assumptions: [
      { what: 'the page is seen to be clean after its PTEs were protected and its references compared', without: 'seed-000/new-clean-and-waited#dirty' },
      { what: 'the protector waits for write-back', without: 'seed-000/new-clean-and-waited#no-wait' },
    ],
    why: 'New write-back needs the page lock and a dirty page, and who dirties the page breaks its protection first. An alternative to passing the mapping down to the block layer, for pages that are written out before they are merged or copied.',
    new: { sure: 'Fairly sure for write errors of file systems that write dirty pages only. Journals that write buffers without PG_dirty (jbd in ordered mode) and read errors are not in this world.' },
  },
  {
    ...by, id: 'seed-000/new-mapping-passed-down', entry: 'A0.3', verdict: 'false',
    claim: '[1] A helper that takes the page\'s mapping, and for protected pages the mapping passed down, can stand wherever page->mapping is read.',
    scenarios: ['seed-000/new-truncation-unseen', 'seed-000/a0.3-truncation-seen'],
    why: 'Many of these readers compare page->mapping with the file\'s after they have locked the page: that is how they see that the page was truncated while they waited. Of a protected page the helper returns what was passed down, so the comparison cannot fail, and a fault maps a page that no file has any more. The descriptor must be asked whether it still lists this file; or truncation must break the protection.',
    new: { sure: 'Sure of the helper as the thread describes it. The posted patches may have treated these comparisons apart.' },
  },
  {
    ...topic, id: 'seed-000/a0.3-debugging-is-trivial', entry: 'A0.3', verdict: 'conditional',
    claim: '[4] Debugging does "not need the mapping per say, we just need to report page states", and is "mostly trivial".',
    scenarios: ['seed-000/a0.3-dump-page'],
    assumptions: [{ what: 'page->mapping is loaded once, and its low bits decide whether the pointer is followed', without: 'seed-000/a0.3-dump-page#reads-twice' }],
    why: 'A dump holds no lock, so that the page may be protected between two looks at it. As long as the descriptor is told by a low bit of the same word, and the word is loaded once, as page_mapping() does, no descriptor is followed. That the inode which the pointer leads to still exists is not modelled; the kernel does not make sure of it either.',
  },
  {
    ...topic, id: 'seed-000/a0.3-rmap-walks', entry: 'A0.3', verdict: 'conditional',
    claim: '[2] Core mm functions "only want to be able to walk all the pte point to the page", which can be provided for protected pages.',
    scenarios: ['seed-002/a2.1-reclaim'],
    assumptions: [{ what: 'the walk reaches the PTEs of the page\'s copies too, or the protection is broken before', without: 'seed-002/new-reclaim-leaves-copy' }],
    why: 'For merged pages, of which there is one, walking its PTEs is enough. For copies it is not: their PTEs do not point to the page. Reclaim stands for all who take the page away; migration and compaction are not modelled.',
  },
];
