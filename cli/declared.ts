/** Compares what a search found with what its scenario declares. */
import type { CheckResult } from '../schedules/result.ts';
import type { Case } from './cases.ts';
import type { Counts } from './host.ts';
import { formatCount } from './numbers.ts';
import { expectationText, propertyName } from './verdict.ts';

/** One line for each difference; none when all is as declared. */
export function verdictDifferences({ expect }: Case, result: CheckResult): string[] {
  const found = propertyName(result);
  const steps = result.schedule?.length ?? null;
  const differs =
    expect.verdict !== result.verdict
    || (expect.property !== undefined && expect.property !== result.property)
    || (expect.conjunct !== undefined && expect.conjunct !== result.conjunct)
    || (expect.steps !== undefined && expect.steps !== steps);
  if (!differs) return [];
  return [`declared ${expectationText(expect)}, found ${result.verdict}${found === '' ? '' : ` ${found}`}${steps === null ? '' : ` in ${steps} steps`}`];
}

/** Counts are exact: one state more or less is a changed model or a wrong search. */
export function countDifferences(result: CheckResult, recorded: Counts | undefined): string[] {
  if (recorded === undefined) return ['no counts recorded (verify --update records them)'];
  const found = { states: result.states, transitions: result.transitions, depth: result.depth, ...(result.schedule === null ? {} : { steps: result.schedule.length }) };
  return (['states', 'transitions', 'depth', 'steps'] as const).flatMap((key) => {
    const [was, is] = [recorded[key], found[key]];
    return was === undefined || is === undefined || was === is ? [] : [`${key}: recorded ${formatCount(was)}, found ${formatCount(is)}`];
  });
}
