/** Invariants, one a file; ids are the catalogue's. */
export { I1Strong, I1Weak } from './i01-no-dirty-data-lost.ts';
export { I2 } from './i02-revoked-permission.ts';
export { CleanPte, I3 } from './i03-clean-is-read-only.ts';
export { I4 } from './i04-counter-bounds.ts';
export { I4Anywhere } from './i04-mapped-anywhere.ts';
export { I5 } from './i05-no-use-after-free.ts';
export { I5Mapped } from './i05-no-free-frame-mapped.ts';
export { I6 } from './i06-merged-pages.ts';
export { I7 } from './i07-pin-coherence.ts';
export { I5Freed, I5Tables } from './i05-live-tables.ts';
export { I5Loaded } from './i05-loaded.ts';
export { I8, I8Dirty } from './i08-cache-coherence.ts';
export { I8Copies } from './i08-copies.ts';
export { I10b, I14 } from './i10-locks.ts';
export { I12, I12b } from './i12-mkwrite-first.ts';
export { I15Store, I15Written } from './i15-progress.ts';
/** Not of the catalogue's list: what threads ask for of their own. */
export { Balanced, BalancedRetry } from './balance.ts';
export { DirtyBeforeStore } from './dirty-before-store.ts';
export { CacheCopy } from './fscache.ts';
export { OldVersion } from './old-version.ts';
export { TlbWithinPte } from './tlb-within-pte.ts';
export { InnocentLives, ToldOfLoss } from './sigbus.ts';
export { I1SoftDirty } from './i01-soft-dirty.ts';
export { I8End } from './i08-beyond-end.ts';
export { I9 } from './i09-stable-pages.ts';
export { I1Frame } from './i01-frame.ts';
