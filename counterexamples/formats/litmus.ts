/**
 * A failing run in the manner of litmus tests: a column a thread with its operations in program order, each with its
 * step's number; the condition; and, as herd7 and litmus7 log them, how many states satisfy it, counted by looking at all.
 */
import { evaluate, isDeadlock, nodeOf, type State } from '../../schedules/interpret.ts';
import { UsageError } from '../../schedules/errors.ts';
import { space } from '../../schedules/space.ts';
import { isInternal } from '../reenact.ts';
import { formatValue, placeName } from '../values.ts';
import { failureName, movers, statement, type Story } from './story.ts';

/** Beyond, counting takes longer than anybody waits for a text. */
const MOST_STATES = 20_000;

/** @throws UsageError for a world of more states */
export function litmus(story: Story): string {
  const name = plain(story.id).replace(/\s/g, '_');
  const failure = `"${plain(failureName(story)).replaceAll('"', "'")}"`;
  const condition = `exists (${story.trace.breakage.conjunct === null ? failure : `~${failure}`})`;
  return [
    `pterace ${name}`, `"${plain(story.title).replaceAll('"', "'")}"`, `{ ${initialValues(story).join(' ')} }`,
    ...columns(story), condition, '',
    `Test ${name} Allowed`, ...observed(story, name, condition), '',
  ].join('\n');
}

function initialValues({ graph }: Story): string[] {
  return graph.places.flatMap((place) => (place.ghost || isInternal(place.name) ? [] : place.initial.flatMap((value, cell) =>
    (value === 0 ? [] : [`${plain(placeName(place, cell))}=${plain(formatValue(graph, place.type, value))};`]))));
}

/** A row is no moment: the first operations of all threads stand side by side, whenever they ran. */
function columns(story: Story): string[] {
  const table = movers(story).map((thread, i) => [
    `P${i}:${plain(story.graph.threads[thread]!.name)}`,
    ...story.trace.moments.filter((m) => m.thread === thread).map((m) => `${m.number} ${plain(statement(m))}`),
  ]);
  const widths = table.map((column) => Math.max(...column.map((cell) => cell.length)));
  const rows = Math.max(0, ...table.map((column) => column.length));
  return Array.from({ length: rows }, (_, row) => ` ${table.map((column, i) => (column[row] ?? '').padEnd(widths[i]!)).join(' | ')} ;`);
}

/** The values of what the condition turns on, with the number of states that have them; `*` where the condition is true. */
function observed(story: Story, name: string, condition: string): string[] {
  const { graph, trace: { final, breakage } } = story;
  const whole = space(graph, MOST_STATES);
  if (whole === null) throw new UsageError(`${story.id} has more than ${MOST_STATES} states: too many to count for a litmus test (--to has other formats)`);
  const onlyFinal = isFinal(story, final);
  const counted = whole.states.filter((state) => !onlyFinal || isFinal(story, state));
  const places = breakage.witnesses.map((w) => w.place);
  const histogram = new Map<string, number>();
  for (const state of counted) {
    const values = `${isBroken(story, state) ? '*' : ' '}>${valuesOf(story, state, places)}`;
    histogram.set(values, (histogram.get(values) ?? 0) + 1);
  }
  const positive = counted.filter((state) => isBroken(story, state)).length;
  const negative = counted.length - positive;
  return [
    `Histogram (${histogram.size} states)`,
    ...[...histogram].sort(([a], [b]) => (a < b ? -1 : 1)).map(([values, count]) => `${String(count).padEnd(8)}${values}`),
    positive > 0 ? 'Ok' : 'No', '', 'Witnesses', `Positive: ${positive}, Negative: ${negative}`, `Condition ${condition}`,
    `Observation ${name} ${positive === 0 ? 'Never' : negative === 0 ? 'Always' : 'Sometimes'} ${positive} ${negative}`,
    `(* counted: ${onlyFinal ? 'reachable states in which every thread has ended or none can go on' : 'all reachable states, because what fails is not only about the end'} *)`,
  ];
}

/** Every thread that must end has, or none can go on. */
function isFinal({ graph }: Story, state: State): boolean {
  return graph.threads.every((t, i) => t.daemon !== 'no' || nodeOf(graph, state, i).kind === 'end') || isDeadlock(graph, state);
}

function isBroken({ graph, trace: { breakage } }: Story, state: State): boolean {
  if (breakage.conjunct === null) return isDeadlock(graph, state);
  const conjunct = graph.properties.find((p) => p.name === breakage.property)!.conjuncts.find((c) => c.name === breakage.conjunct)!;
  const isTrue = (e: typeof conjunct.holds): boolean => evaluate(graph, state, e, -1, 0) !== 0;
  return (conjunct.premise === null || isTrue(conjunct.premise)) && !isTrue(conjunct.holds);
}

function valuesOf({ graph }: Story, state: State, wanted: readonly string[]): string {
  const values = graph.places.flatMap((place, p) => state.cells[p]!.flatMap((value, cell) => {
    const name = placeName(place, cell);
    return wanted.includes(name) ? [`${plain(name)}=${plain(formatValue(graph, place.type, value))};`] : [];
  }));
  return values.join(' ');
}

/** One line, without the signs that separate columns, rows and comments. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ').replaceAll('|', '¦').replaceAll(';', ',').replaceAll('(*', '( *').replaceAll('*)', '* )');
}
