/** The claims of thread 000: Jérôme Glisse, "[LSF/MM/BPF TOPIC] Generic page write protection". */
import type { Claim } from './claim.ts';

const topic = { thread: '000', by: 'Jérôme Glisse', date: '2020-01-21' } as const;

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
    thread: '000', by: 'pterace', date: '2026-11-22', id: 'seed-000/new-read-pin', entry: 'A0.2', verdict: 'false',
    claim: '[5] is "mostly trivial": a pinned page is never merged, for references are compared with mappings.',
    scenarios: ['seed-000/new-read-pin'],
    why: 'The comparison is made only where the PTE is writable or dirty. A PTE that an earlier pass of ksmd left read-only and clean, because the contents differed then, is merged without a look at the references. A pin for reading is then left on a page that the program no longer maps: what it stores afterwards goes to a copy, and the device reads old contents.',
    new: { sure: 'Sure of the code: write_protect_page of 5.5 and 5.9 has this condition, and nothing else between the page lock and replace_page looks at the count. The thread speaks of GUP in write mode only, and kernels of that time did not promise more for pins for reading; from 5.19 on write_protect_page asks for anonymous exclusive pages too.' },
  },
];
