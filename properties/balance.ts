import { not, peek, property } from '../model/language/index.ts';
import { unbalanced } from '../model/kernel/throttle.ts';

/** A4.16 (ii), B13: or writers of shared mappings are not throttled (commit a200ee182a0, Peter Zijlstra, 2.6.23). */
export const Balanced = property('A4.16', 'a fault that makes a page dirty and goes through calls balance_dirty_pages before it ends', () => ({
  'dirtied and not throttled': not(peek(unbalanced.fault.at())),
}));

export const BalancedRetry = property('A4.16-retry', 'a fault whose page_mkwrite makes a page dirty calls balance_dirty_pages even if it then backs out', () => ({
  'dirtied, backed out, not throttled': not(peek(unbalanced.retry.at())),
}));
