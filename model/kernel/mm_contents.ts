/**
 * What programs must find at the addresses of anonymous memory that is swapped (I1-anon): ghost bookkeeping of `newest`. Where there are TLBs, a store may
 * go by an entry that its PTE no longer says, and counts at every address that leads to its page.
 */
import { ghost, peek, track } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { data } from '../machine/mmu.ts';
import { hasPmds } from '../machine/pmd.ts';
import { mm_t, pte_pfn, pte_present, va_t, version_t, type Pte } from '../machine/types.ts';
import { newest, type Mm, type Va } from './mm_types.ts';
import { slot_t, type Page } from './page.ts';
import { swap } from './version.ts';

/** The page whose PTE was cleared under its lock, from then until the PTE says something again. */
export const cleared = ghost('cleared', slot_t, [mm_t, va_t], { display: 'cleared[%0][%1]' });

/** Whether stores are looked up by the page that they reach; else they are the address's own, as where PMD entries map. */
export const storesByPage = (): boolean => swap() !== undefined && machine().tlbs && !hasPmds();

/** The PTE said `old`, and is none for as long as its lock is held. */
export function noteCleared(mm: Mm, va: Va, old: Pte): void {
  if (storesByPage()) track(cleared.at(mm, va), slot_t.of({ present: pte_present(old), pfn: pte_pfn(old) }));
}
export function noteWritten(mm: Mm, va: Va): void {
  if (storesByPage()) track(cleared.at(mm, va), slot_t.of({}));
}

/** The program gives up what it has at the address: it finds zeroes there from now on. */
export function noteDropped(mm: Mm, va: Va): void {
  if (swap() !== undefined) track(newest.at(mm, va), version_t.lit(0));
}
/** The child finds what the parent has. */
export function noteCopied(src: Mm, dst: Mm, va: Va): void {
  if (swap() !== undefined) track(newest.at(dst, va), peek(newest.at(src, va)));
}
/** The child finds what was copied for it early. */
export function noteCopy(dst: Mm, va: Va, copy: Page): void {
  if (swap() !== undefined) track(newest.at(dst, va), peek(data.at(copy)));
}
export function noteMoved(mm: Mm, from: Va, to: Va): void {
  if (swap() === undefined) return;
  track(newest.at(mm, to), peek(newest.at(mm, from)));
  noteDropped(mm, from);
  noteWritten(mm, from);
}
