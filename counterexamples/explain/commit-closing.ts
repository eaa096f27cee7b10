/** The paragraphs under the columns of a commit message. */
import type { Graph } from '../../model/language/graph.ts';
import { fold } from '../fold.ts';
import type { Rechecked } from '../recheck.ts';
import type { Moment } from '../reenact.ts';
import { COMMIT_WIDTH, statement, type Subject } from './commit-words.ts';
import type { Explanation } from './explanation.ts';

export function closingText(graph: Graph, trace: Rechecked, explanation: Explanation, subject: Subject, shown: number): string[] {
  return [
    ...result(trace), '',
    ...windowText(graph, trace, explanation),
    ...paragraph(`Found by pterace (${subject.scenario}): ${shown} of ${trace.schedule.length} steps shown. All of them:`), '',
    ...foldWord(`pterace replay '${subject.replay}'`),
  ];
}

function result({ breakage }: Rechecked): string[] {
  if (breakage.conjunct === null) {
    const waits = breakage.stuck.map((s) => `CPU${s.cpu} ${s.thread} waits in ${s.proc}(): ${s.text}${s.locks.length === 0 ? '' : `, holding ${s.locks.join(', ')}`}.`);
    return ['Deadlock:', ...waits.flatMap((w) => fold(w, COMMIT_WIDTH, 2, 2))];
  }
  const facts = breakage.witnesses.filter((w) => !w.ghost).map((w) => `${w.place} = ${w.value}`);
  return [
    ...paragraph(facts.length === 0 ? 'In the end it is wrong,' : 'In the end'), ...facts.map((fact) => `  ${fact}`),
    ...paragraph(`which breaks ${breakage.property}/${breakage.conjunct}: ${breakage.prose}.`),
  ];
}

/** The shortest window that was found. */
function windowText(graph: Graph, { moments }: Rechecked, { tried }: Explanation): string[] {
  const windows = tried.flatMap(({ window }) => (window === null ? [] : [window]));
  const [best] = windows.sort((a, b) => a.inside.length - b.inside.length || a.after - b.after);
  if (best === undefined) return [];
  const where = (m: Moment): string => `${m.proc}(), ${statement(m.said)}`;
  const end = best.before === null ? '' : ` and before ${where(moments[best.before - 1]!)}`;
  const { cpu, name } = graph.threads[best.thread]!;
  return [...paragraph(`The window is on CPU${cpu} (${name}), after ${where(moments[best.after - 1]!)}${end}. When no other CPU moves there, nothing breaks.`), ''];
}

const paragraph = (text: string): string[] => fold(text, COMMIT_WIDTH, 0, 0);

/** Cut anywhere: replay strings are read without their white space. */
function foldWord(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += COMMIT_WIDTH - 2) lines.push(`  ${text.slice(at, at + COMMIT_WIDTH - 2)}`);
  return lines;
}
