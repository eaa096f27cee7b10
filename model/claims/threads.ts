/** The mailing-list threads that claims are taken from. */
import type { Thread } from './claim.ts';

export interface ThreadInfo {
  readonly thread: Thread;
  /** Subject of its first mail, without list tags. */
  readonly subject: string;
  /** Who speaks in it: names with commas between. */
  readonly people: string;
  /** As exact as our copy is: `2006-05-25 to 2006-05-30`. */
  readonly when: string;
  /** Catalogue entries taken from it. */
  readonly entries: readonly string[];
}

const numbered = (prefix: string, ...numbers: readonly number[]): string[] => numbers.map((n) => `${prefix}.${n}`);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** In order of their numbers. The catalogue has no A4.19. */
export const threads: readonly ThreadInfo[] = [
  { thread: '000', subject: 'Generic page write protection', people: 'Jérôme Glisse', when: 'before LSF/MM/BPF 2020', entries: numbered('A0', ...upTo(3)) },
  { thread: '001', subject: 'mm: introduce reference pages', people: 'Peter Collingbourne, John Hubbard, Matthew Wilcox, Kirill A. Shutemov, Catalin Marinas', when: '2020-07-31 to 2020-08-13', entries: numbered('A1', ...upTo(6)) },
  { thread: '002', subject: 'Small step toward KSM for file back page', people: 'Jérôme Glisse, Matthew Wilcox', when: '2020-10-07', entries: numbered('A2', ...upTo(4)) },
  { thread: '003', subject: 'mm: Add write-protect and clean utilities for address space ranges', people: 'Thomas Hellström, Linus Torvalds, Kirill A. Shutemov', when: '2019-09-26 to 2019-10-02', entries: numbered('A3', ...upTo(11)) },
  { thread: '004', subject: 'mm: tracking dirty pages -v5', people: 'Peter Zijlstra, Christoph Lameter, David Howells, Hugh Dickins, Jeff Anderson-Lee', when: '2006-05-25 to 2006-05-30', entries: numbered('A4', ...upTo(18), 20, 21) },
];
