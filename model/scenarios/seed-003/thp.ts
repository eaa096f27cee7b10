/** Page tables of two levels: the lock disputes of thread 003, and transparent huge pages. */
import type { Scenario } from '../../scenario.ts';
import { anonymous } from './anonymous.ts';
import { locks } from './locks.ts';
import { pinned003 } from './pins.ts';
import { splits } from './splits.ts';

export const seed003Thp: readonly Scenario[] = [...locks, ...splits, ...anonymous, ...pinned003];
