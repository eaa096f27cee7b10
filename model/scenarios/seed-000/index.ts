/** Scenarios of thread 000. */
import type { Scenario } from '../../scenario.ts';
import { filePages } from './file-pages.ts';
import { gup } from './gup.ts';
import { ioErrors } from './io-error.ts';
import { merging } from './merge.ts';

export const seed000: readonly Scenario[] = [...merging, ...gup, ...filePages, ...ioErrors];
