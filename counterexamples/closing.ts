/** The words under a trace: what broke, and which access did it. */
import stringWidth from 'string-width';
import type { Breakage, Stuck, Witness } from './breakage.ts';
import { changeText, shortLoc } from './cell.ts';
import { fold, pad } from './fold.ts';
import type { Lasso, Served } from './lasso.ts';
import type { Moment } from './reenact.ts';
import type { Style } from './style.ts';

/** Longer facts do not push the writers of the others away. */
const MAX_FACT = 40;

export function renderClosing(breakage: Breakage, width: number, style: Style): string {
  if (breakage.lasso !== undefined) return renderStall(breakage, breakage.lasso, width, style);
  const { colors } = style;
  const name = breakage.conjunct === null ? breakage.property : `${breakage.property}/${breakage.conjunct}`;
  const verb = breakage.conjunct === null ? '' : ' broken';
  const by = breakage.step === null ? 'in the initial state' : `${breakage.conjunct === null ? 'after' : 'by'} ${did(breakage.step, breakage.witnesses, style)}`;
  return [
    ...fold(`${colors.red(colors.bold(name + verb))} ${by}`, width),
    ...fold(breakage.prose, width, 2, 0),
    ...witnessLines(breakage.witnesses, width, style),
    ...breakage.stuck.flatMap((stuck) => fold(stuckText(stuck), width, 2, 4)),
  ].join('\n');
}

/** Why the run may go on like this, thread by thread. */
function renderStall(breakage: Breakage, { start, served, unfair }: Lasso, width: number, style: Style): string {
  const { colors } = style;
  const last = breakage.step?.number ?? 0;
  const how = start === last ? `never, for the run may rest ${last === 0 ? 'in the initial state' : `after step ${last}`}` : `never, in the run that repeats steps ${start + 1} to ${last} for ever`;
  return [
    ...fold(`${colors.red(colors.bold(breakage.property))} ${how}`, width),
    ...fold(breakage.prose, width, 2, 0),
    ...witnessLines(breakage.witnesses, width, style),
    ...served.flatMap((s) => fold(servedText(s), width, 2, 4)),
    ...(unfair.length === 0 ? [] : fold(`promised no turn: ${unfair.join(', ')}`, width, 2, 4)),
  ].join('\n');
}

function servedText({ thread, cpu, step, waits }: Served): string {
  const moves = step === null ? [] : [`moves in step ${step.number}`];
  const rests = waits === null ? [] : [waits.text === null ? 'has ended' : `cannot move after step ${waits.after}: ${waits.text}`];
  return `CPU${cpu} ${thread} ${[...moves, ...rests].join(', and ')}`;
}

/** `step 18: CPU1 zap_pte_range memory.ts:88: pte = …`, with the change that broke it if it is one of the witnesses. */
function did(step: Moment, witnesses: readonly Witness[], style: Style): string {
  const guilty = step.changed.filter((change) => !change.ghost && witnesses.some((w) => w.place === change.place));
  const changes = guilty.map((change) => changeText(change, style)).join(', ');
  return `step ${where(step)}: ${style.colors.bold(step.said)}${changes === '' ? '' : ` (${changes})`}`;
}

function where(step: Moment): string {
  return `${step.number}: CPU${step.cpu} ${step.proc} ${shortLoc(step.loc)}`;
}

/** What the broken conjunct turned on, and who wrote it last. */
export function witnessLines(witnesses: readonly Witness[], width: number, style: Style): string[] {
  const facts = witnesses.map((w) => `${w.place} = ${w.value}`);
  const column = Math.min(MAX_FACT, Math.max(0, ...facts.map((fact) => stringWidth(fact))));
  return witnesses.flatMap((w, i) => {
    const line = `${pad(facts[i]!, column)}  ${style.colors.dim(writers(w, style))}`;
    return fold(w.ghost ? style.colors.dim(line) : line, width, 2, 4);
  });
}

/** `step 3 CPU1: +S, step 4 CPU0: -S`. */
function writers(w: Witness, { glyphs }: Style): string {
  if (w.writes.length === 0) return 'never written';
  return w.writes.map(({ step, delta }) => `step ${step.number} CPU${step.cpu}: ${delta.replaceAll('->', glyphs.arrow)}`).join(', ');
}

function stuckText(stuck: Stuck): string {
  const loc = stuck.loc === null ? '' : ` ${shortLoc(stuck.loc)}`;
  const locks = stuck.locks.length === 0 ? '' : `, holding ${stuck.locks.join(', ')}`;
  return `CPU${stuck.cpu} ${stuck.thread} waits in ${stuck.proc}${loc}: ${stuck.text}${locks}`;
}
