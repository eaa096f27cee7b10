/** An explanation for the terminal. */
import type { Graph } from '../../model/language/graph.ts';
import { shortLoc } from '../cell.ts';
import { fold } from '../fold.ts';
import type { Rechecked } from '../recheck.ts';
import { cpuColor, type Style } from '../style.ts';
import type { Explanation } from './explanation.ts';
import type { Access, Race } from './races.ts';
import type { Tried } from './window.ts';

export interface Look {
  readonly width: number;
  readonly style: Style;
}

/** Without a final newline. */
export function renderExplanation(graph: Graph, trace: Rechecked, { races, tried }: Explanation, look: Look): string {
  const { colors } = look.style;
  return [
    colors.bold('the race'),
    ...(races.length === 0 ? fold('no two accesses of different threads decide it: the order within one thread does', look.width, 2, 0) : races.flatMap((r) => raceLines(trace, r, look))),
    '',
    colors.bold('the window'),
    ...(tried.length === 0 ? ['  no program was interrupted'] : tried.flatMap((t) => triedLines(graph, trace, t, look))),
  ].join('\n');
}

function raceLines(trace: Rechecked, { place, first, second, orderedBy }: Race, look: Look): string[] {
  const locks = orderedBy.length === 0
    ? 'no lock was handed over in between: nothing orders them'
    : `${orderedBy.join(', ')} was handed over in between: it orders them, but is not held from before the one to after the other`;
  return [
    `  ${look.style.colors.bold(place)}`,
    ...accessLines(trace, first, look),
    ...accessLines(trace, second, look),
    ...fold(look.style.colors.dim(locks), look.width, 4, 0),
  ];
}

function accessLines(trace: Rechecked, { step, writes, value }: Access, look: Look): string[] {
  const what = writes ? `writes: ${value}` : `reads: ${value}`;
  return fold(`${stepText(trace, step, look)}  ${look.style.colors.bold(what.replaceAll('->', look.style.glyphs.arrow))}`, look.width, 4, 5);
}

/** `step 12, CPU1 page_mkclean_one rmap.ts:38: pte = *pte(mm0, va0)`. */
function stepText(trace: Rechecked, step: number, { style }: Look): string {
  const { cpu, proc, loc, said } = trace.moments[step - 1]!;
  return `step ${step}, ${cpuColor(style, cpu)(`CPU${cpu}`)} ${proc} ${style.colors.dim(shortLoc(loc))}: ${said}`;
}

function triedLines(graph: Graph, trace: Rechecked, { thread, window, cut }: Tried, look: Look): string[] {
  const { name, cpu } = graph.threads[thread]!;
  const who = `${cpuColor(look.style, cpu)(`CPU${cpu}`)} ${name}`;
  const doubt = cut ? ' Some searches were cut short: a shorter one may do.' : '';
  if (window === null) return fold(cut ? `${who}: searches were cut short, nothing was found` : `${who}: the same breaks though nothing interrupts it`, look.width, 2);
  const end = window.before === null ? 'as long as it has begun' : `and before ${stepText(trace, window.before, look)}`;
  const inside = `${window.inside.length} ${window.inside.length === 1 ? 'step' : 'steps'} of others fell into it`;
  return fold(`${who}: after ${stepText(trace, window.after, look)}, ${end}; ${inside}. If no other program moves there, nothing breaks: ${window.states.toLocaleString('en-US')} states searched.${doubt}`, look.width, 2);
}
