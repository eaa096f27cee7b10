/**
 * A sequence diagram for Mermaid: a participant a thread, boxed by CPU; steps are notes, a held lock is an activation,
 * and the relations that matter are arrows.
 */
import { shortLoc } from '../cell.ts';
import type { Moment } from '../reenact.ts';
import { relations, type Relation } from '../relations.ts';
import { effects, failureName, headline, movers, statement, type Story } from './story.ts';

/** All but letters, digits, blanks and what Mermaid reads as text everywhere; these go by their codes. */
const SPECIAL = /[^A-Za-z0-9 _.,:/()[\]=+*→-]|^(?:no)?wrap:/giu;

export function mermaid(story: Story): string {
  const { graph, trace } = story;
  const threads = movers(story);
  const arrows = relations(graph, trace).filter((r) => r.matters);
  const held = new Map(threads.map((thread) => [thread, 0]));
  const steps = trace.moments.flatMap((moment) => [
    ...arrows.filter((arrow) => arrow.to === moment.number).map((arrow) => arrowLine(arrow, trace.moments)),
    noteLine(moment),
    ...lockLines(moment, held),
  ]);
  const lines = [
    `title ${escapeMermaid(`${story.id}: ${headline(story)}`)}`,
    ...participants(story, threads),
    ...steps,
    ...[...held].flatMap(([thread, count]) => Array.from({ length: count }, () => `deactivate t${thread}`)),
    ...(threads.length === 0 ? [] : ending(story, threads)),
  ];
  return ['sequenceDiagram', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** As text that Mermaid shows and never reads: no keyword, comment, entity or markup can come of it. */
export function escapeMermaid(text: string): string {
  return text.replace(/\s+/g, ' ').replace(SPECIAL, (found) => `${found.slice(0, -1)}#${found.codePointAt(found.length - 1)!};`);
}

function participants({ graph }: Story, threads: readonly number[]): string[] {
  if (threads.length === 0) return ['participant t0 as nobody moves'];
  const cpus = [...new Set(threads.map((thread) => graph.threads[thread]!.cpu))];
  return cpus.flatMap((cpu) => [
    `box transparent CPU${cpu}`,
    ...threads.filter((thread) => graph.threads[thread]!.cpu === cpu).map((thread) => `  participant t${thread} as ${escapeMermaid(graph.threads[thread]!.name)}`),
    'end',
  ]);
}

/** The step's number, where it is, what it does and, a line each, what it changed. */
function noteLine(moment: Moment): string {
  const where = `${moment.number} ${moment.proc} ${shortLoc(moment.loc)}`;
  return `Note over t${moment.thread}: ${[where, statement(moment), ...effects(moment)].map(escapeMermaid).join('<br/>')}`;
}

function arrowLine({ kind, from, to, place }: Relation, moments: readonly Moment[]): string {
  const [source, target] = [moments[from - 1]!.thread, moments[to - 1]!.thread];
  const text = { lock: `${place} released`, ipi: place, 'reads-from': `${place} written by step ${from}` }[kind];
  return `t${source}${kind === 'ipi' ? '-)' : '-->>'}t${target}: ${escapeMermaid(text)}`;
}

/** As many activations as locks held; one that another thread gave back ends with the thread's next step. */
function lockLines({ thread, locks }: Moment, held: Map<number, number>): string[] {
  const before = held.get(thread)!;
  held.set(thread, locks.length);
  const line = locks.length > before ? `activate t${thread}` : `deactivate t${thread}`;
  return Array.from({ length: Math.abs(locks.length - before) }, () => line);
}

function ending(story: Story, threads: readonly number[]): string[] {
  const { breakage } = story.trace;
  const facts = breakage.witnesses.map((w) => `${w.place} = ${w.value}`);
  const stuck = breakage.stuck.map((s) => `CPU${s.cpu} ${s.thread} waits: ${s.text}`);
  const [first, last] = [threads[0]!, threads.at(-1)!];
  const over = first === last ? `t${first}` : `t${first},t${last}`;
  const what = breakage.conjunct === null ? 'deadlock' : `${failureName(story)} broken`;
  return ['rect rgb(255, 220, 220)', `  Note over ${over}: ${[what, ...facts, ...stuck].map(escapeMermaid).join('<br/>')}`, 'end'];
}
