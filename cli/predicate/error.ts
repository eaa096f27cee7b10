/** What is wrong with a predicate, with the place in it. */
import { UsageError } from '../../schedules/errors.ts';

/** Columns from `start` up to and not including `end`, from 0. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** @throws UsageError: the message, the predicate, and carets under what is meant */
export function refuse(text: string, { start, end }: Span, message: string): never {
  const carets = ' '.repeat(start) + '^'.repeat(Math.max(1, end - start));
  throw new UsageError(`${message}\n  ${text}\n  ${carets}`);
}
