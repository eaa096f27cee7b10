/** The claims of thread 002: Jérôme Glisse and Matthew Wilcox, "Small step toward KSM for file back page". */
import type { Claim } from './claim.ts';

const glisse = { thread: '002', by: 'Jérôme Glisse', date: '2020-10-07' } as const;
const wilcox = { thread: '002', by: 'Matthew Wilcox', date: '2020-10-07' } as const;

export const seed002: readonly Claim[] = [
  {
    ...glisse, id: 'seed-002/a2.1-walk-needs-a-lock', entry: 'A2.1', verdict: 'false',
    claim: 'A walk of the page tables alone finds all the copies ("how do you synchronize to avoid more copy to spawn while you walk reverse mapping", he asks).',
    scenarios: ['seed-002/a2.1-walk-alone'],
    why: 'A fault that has looked the copy up maps it after the walk has passed, and the writer writes while a reader has the old contents. He is right to ask.',
  },
  {
    ...glisse, id: 'seed-002/a2.1-lock-the-page', entry: 'A2.1', verdict: 'conditional',
    claim: '"We could lock the struct page i guess": with the page locked, no copy spawns behind the walk.',
    scenarios: ['seed-002/a2.1-page-lock', 'seed-002/a2.1-fork'],
    assumptions: [
      { what: 'the fault that maps a copy holds the lock of the page it is a copy of', without: 'seed-002/a2.1-page-lock#fault-unlocked' },
      { what: 'the break holds it too', without: 'seed-002/a2.1-page-lock#break-unlocked' },
      { what: 'the break walks the mappings of the copy', without: 'seed-002/a2.1-page-lock#no-walk' },
      { what: 'TLBs are flushed before the page is written', without: 'seed-002/a2.1-page-lock#no-flush' },
      { what: 'fork, which takes no page lock, adds its mappings ahead of the walk: the child\'s VMA comes after its parent\'s', without: 'seed-002/a2.1-fork#child-first' },
    ],
    why: 'The page lock covers faults. fork copies PTEs without it, and is safe only because the walk meets the child after the parent: what is copied from a parent not yet visited is found later. The catalogue has this as "behind the cursor"; it must be ahead of it. mremap, which moves an entry from one VMA to another of the same mm, is not modelled.',
  },
  {
    ...wilcox, id: 'seed-002/a2.1-a-cache-for-each-node', entry: 'A2.1', verdict: 'conditional',
    claim: '"Or do NUMA distribution at the inode level": from (inode, node) to an address_space which contains just regular pages.',
    scenarios: ['seed-002/a2.1-cache-of-a-node', 'seed-002/a2.1-walk-alone'],
    assumptions: [
      { what: 'the fault locks the copy that it found', without: 'seed-002/a2.1-cache-of-a-node#fault-unlocked' },
      { what: 'and looks whether it is still in the node\'s cache', without: 'seed-002/a2.1-cache-of-a-node#no-second-look' },
    ],
    why: 'What a fault does anyway against truncation is enough: no list of copies and no descriptor are needed to break one copy. Not settled: who keeps a fault on the other node from making a new copy between the break and the write; no copies are made in this world once one was broken.',
  },
  {
    thread: '002', by: 'pterace', date: '2026-11-22', id: 'seed-002/new-reclaim', entry: 'A2.1', verdict: 'false',
    claim: 'Only writers need to find the copies of a page.',
    scenarios: ['seed-002/new-reclaim-leaves-copy', 'seed-002/a2.1-reclaim'],
    why: 'Reclaim drops a clean page whose copy is still mapped on another node. The next writer reads the page from disk into a new one, which nobody knows to have copies, and writes.',
    new: { sure: 'Sure for any design that finds the copies through the page (a descriptor in page->mapping, or a flag in struct page): the page is what reclaim takes away. A cache for each node that writers search by inode does not have it.' },
  },
  {
    ...glisse, id: 'seed-002/a2.2-device-page-tables', entry: 'A2.2', verdict: 'false',
    claim: 'Page tables can be walked to find every use of a copy ("how do you walk device page table which are completely hidden from core mm").',
    scenarios: ['seed-002/a2.2-walk-only'],
    why: 'The device\'s entry is made from the CPU\'s and holds no reference: the walk unmaps the copy and frees it, and the device goes on reading.',
  },
  {
    ...glisse, id: 'seed-002/a2.2-notified', entry: 'A2.2', by: 'derived', verdict: 'conditional',
    claim: 'An MMU notifier with a sequence number makes device page tables as good as the CPUs\' for this purpose.',
    scenarios: ['seed-002/a2.2-notifier'],
    assumptions: [
      { what: 'the walk calls the notifier', without: 'seed-002/a2.2-notifier#not-notified' },
      { what: 'the driver tries again if it was invalidated after it read the number', without: 'seed-002/a2.2-notifier#no-retry' },
      { what: 'it reads the number before the page table', without: 'seed-002/a2.2-notifier#begin-late' },
      { what: 'it compares and makes its entry under the lock that its callback takes', without: 'seed-002/a2.2-notifier#unlocked' },
      { what: 'it waits for an invalidation under way before it begins', without: 'seed-002/a2.2-notifier#no-wait' },
    ],
    why: 'mmu_interval_notifier of 5.5 to 5.9 with one device, one address and one invalidation. The device only reads, and its own TLB is flushed with its entry.',
  },
  {
    ...glisse, id: 'seed-002/a2.3-all-writers-break', entry: 'A2.3', verdict: 'conditional',
    claim: 'The callback that breaks the protection must handle writes through mappings, the write system call, and others that can write to the page (pipe, ...).',
    scenarios: ['seed-002/a2.3-all', 'seed-002/a2.3-write', 'seed-002/a2.3-pipe'],
    assumptions: [
      { what: 'the write fault breaks', without: 'seed-002/a2.3-all#mapping-does-not-break' },
      { what: 'write(2) breaks', without: 'seed-002/a2.3-write#does-not-break' },
      { what: 'who writes through a pipe that has the page breaks', without: 'seed-002/a2.3-pipe#does-not-break' },
    ],
    why: 'Each of the three, left out, changes a page that counts as protected. Writers that pin the page are in thread 000 (A0.2). A pipe whose writer changes a page-cache page in place is taken as he names it; in 5.9 that happens only by mistake (the buffer flag behind CVE-2022-0847).',
  },
  {
    ...wilcox, id: 'seed-002/a2.4-special-entries', entry: 'A2.4', verdict: 'conditional',
    claim: 'The page cache can point to something that is not a page, told by a bit, and that points to the real page.',
    scenarios: ['seed-002/a2.4-recheck'],
    assumptions: [
      { what: 'who looked a page up sees under its lock whether it is still the file\'s', without: 'seed-002/a2.4-no-recheck' },
      { what: 'the page is locked while it is used', without: 'seed-002/a2.4-recheck#no-lock' },
    ],
    why: 'Glisse objects that "in many code path you would need to re-look the page cache". For write(2) the second look is the one at page->mapping under the page lock, which is there against truncation. So the objection holds for those that use a page without locking it, and only for them. Faults and read(2) are not in this world.',
  },
  {
    ...glisse, id: 'seed-002/a2.4-exclusive-access', entry: 'A2.3', verdict: 'conditional',
    claim: 'For exclusive write access "you need a callback to break the protection".',
    scenarios: ['seed-002/a2.4-exclusive'],
    assumptions: [
      { what: 'the callback revokes the device\'s right before the contents are taken back', without: 'seed-002/a2.4-exclusive#not-revoked' },
      { what: 'the device writes under the lock under which the right is revoked', without: 'seed-002/a2.4-exclusive#device-unlocked' },
    ],
    why: 'One write of the device and one write(2); a special entry as Wilcox proposes, with the callback that Glisse asks for. The two do not contradict each other here.',
  },
];
