/** What shrinking took away, in words. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import type { Io } from './io.ts';
import type { ShrinkJson } from './json-shrink.ts';
import { formatCount, formatSeconds } from './numbers.ts';
import { alignRows } from './table.ts';
import { propertyName } from './verdict.ts';

type Kind = ShrinkJson['removed'][number]['kind'];

const ROWS: readonly { readonly name: string; readonly size: keyof ShrinkJson['before']; readonly kinds: readonly Kind[] }[] = [
  { name: 'CPUs', size: 'cpus', kinds: ['cpu'] },
  { name: 'threads', size: 'threads', kinds: ['thread', 'hardware'] },
  { name: 'operations', size: 'operations', kinds: ['operation'] },
  { name: 'mms', size: 'mms', kinds: ['mm'] },
  { name: 'pages', size: 'pages', kinds: ['page'] },
  { name: 'steps', size: 'steps', kinds: [] },
  { name: 'switches', size: 'switches', kinds: [] },
];

const PROVED = 'proved shortest: a search of what is left of the world found nothing shorter';
const LOCAL = 'locally minimal: no step can be left out, but the world is too big to be searched for something shorter';

/** The block above the trace, without a final newline. */
export function renderShrunk(answer: ShrinkJson, flags: { readonly ascii?: boolean }, io: Io): string {
  const { colors } = style({ color: io.color, ascii: flags.ascii === true });
  const { before, after } = answer;
  const rows = ROWS.filter(({ size }) => before[size] > 0).map(({ name, size, kinds }) => {
    const gone = answer.removed.filter(({ kind }) => kinds.includes(kind)).map((cut) => cut.name);
    const note = size === 'steps' ? (answer.length === 'proved shortest' ? PROVED : LOCAL) : gone.length === 0 ? '' : `without ${gone.join(', ')}`;
    return [`  ${colors.dim(name)}`, formatCount(before[size]).padStart(6), formatCount(after[size]).padStart(6), note];
  });
  return [
    colors.bold(answer.scenario),
    `  ${colors.dim('fails as')}  ${propertyName(answer)}`,
    ...alignRows([['', colors.dim('before'), colors.dim(' after'), ''], ...rows], io.width),
    ...notes(answer).flatMap((note) => fold(colors.yellow(note), io.width, 2, 0)),
    ...fold(`${colors.dim('world')}  ${answer.world}`, io.width, 2, 7),
    `  ${colors.dim('time')}   ${formatSeconds(answer.seconds)}`,
  ].join('\n');
}

function notes({ undecided, interrupted }: ShrinkJson): string[] {
  return [
    ...(interrupted ? ['interrupted: more of it may not be needed'] : []),
    ...(undecided.length === 0 ? [] : [`not decided, because a search reached its limit of states (--max-states): ${undecided.join(', ')}`]),
  ];
}
