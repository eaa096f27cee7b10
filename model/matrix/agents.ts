/** The fifteen agents, in the order of the matrix. */
import { KINDS, type Agent, type Kind, type Part } from './agent.ts';
import { anonParts } from './agents-anon.ts';
import { fileParts } from './agents-file.ts';
import { hugeParts } from './agents-huge.ts';
import { largeParts } from './agents-large.ts';
import { privateParts } from './agents-private.ts';
import { textParts } from './agents-text.ts';

const DOES = {
  'write-fault': 'a program stores, and faults where it must',
  'read-fault': 'a program loads, and faults where it must',
  writeback: 'write_cache_pages writes the page out',
  dontneed: 'madvise(MADV_DONTNEED)',
  munmap: 'munmap(2)',
  mprotect: 'mprotect(2) to read-only',
  mremap: 'mremap(2) to another address',
  fork: 'fork(2)',
  truncate: 'ftruncate(2) to length 0',
  'gup-fast': 'pin_user_pages_fast, or its slow path; a device writes the page; unpin',
  migration: 'migrate_pages moves the page to another frame',
  ksm: 'ksmd merges the page with an equal one',
  'thp-split': 'the huge page is split',
  collapse: 'khugepaged makes a huge page of small ones',
  reclaim: 'shrink_page_list unmaps the page and drops it',
} as const;
export type AgentId = keyof typeof DOES;

const ALONE: Partial<Readonly<Record<AgentId, string>>> = { ksm: 'there is one ksmd', collapse: 'there is one khugepaged' };

const parts: Partial<Record<Kind, Partial<Readonly<Record<AgentId, Part>>>>> = { file: fileParts, anon: anonParts, huge: hugeParts, private: privateParts, large: largeParts, text: textParts };

export const agents: readonly Agent[] = (Object.keys(DOES) as AgentId[]).map((id) => ({
  id, does: DOES[id],
  kinds: Object.fromEntries(Object.entries(parts).flatMap(([kind, of]) => (of[id] === undefined ? [] : [[kind, of[id]]]))),
  ...(ALONE[id] === undefined ? {} : { alone: ALONE[id] }),
}));

/** Kinds that are there for the sake of some of their agents. */
export const FOR_SAKE: readonly Kind[] = KINDS.filter((kind) => agents.some((a) => a.kinds[kind]?.sake === true));
