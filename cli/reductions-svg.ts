/** Every world as a dot: how many states it has, and how many times fewer all reductions keep. Both scales are logarithmic. */
import XMLBuilder from 'fast-xml-builder';
import type { ReductionsJson } from './json.ts';
import { formatCount } from './numbers.ts';
import { factor, fails } from './reductions-summary.ts';

type World = ReductionsJson['cases'][number];

/** Pixels. */
const [LEFT, TOP, WIDTH, HEIGHT] = [56, 40, 760, 380];
/** Of a decade of factors. */
const TICKS = [1, 2, 5] as const;
const COLOURS = { holds: '#0072b2', fails: '#d55e00', classic: '#999999' } as const;
type Kind = keyof typeof COLOURS;

interface Dot {
  readonly world: World;
  readonly times: number;
}

export function factorChart({ cases }: ReductionsJson): string {
  const dots = cases.flatMap((world): Dot[] => {
    const times = factor(world);
    return times === null ? [] : [{ world, times }];
  });
  const most = Math.max(10, ...dots.map((d) => d.world.plain));
  const [low, high] = [Math.min(1, ...dots.map((d) => d.times)), Math.max(2, ...dots.map((d) => d.times))];
  const x = (states: number): number => LEFT + (WIDTH * Math.log(states)) / Math.log(most);
  const y = (times: number): number => TOP + HEIGHT - (HEIGHT * Math.log(times / low)) / Math.log(high / low);
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, indentBy: '  ', suppressEmptyNode: true });
  const [width, height] = [LEFT + WIDTH + 30, TOP + HEIGHT + 50];
  return builder.build({
    svg: {
      '@xmlns': 'http://www.w3.org/2000/svg', '@viewBox': `0 0 ${width} ${height}`, '@width': String(width), '@height': String(height), '@font-family': 'sans-serif', '@font-size': '12', '@role': 'img',
      title: `Times fewer states with all reductions, by states without, of ${formatCount(dots.length)} worlds`,
      rect: { '@width': '100%', '@height': '100%', '@fill': '#ffffff' },
      g: [...acrossLines(low, high, y), ...downLines(most, x, TOP + HEIGHT), legend(), ...dots.map((d) => dot(d, x(d.world.plain), y(d.times)))],
    },
  });
}

const line = (from: readonly [number, number], to: readonly [number, number]): object => ({ '@x1': at(from[0]), '@y1': at(from[1]), '@x2': at(to[0]), '@y2': at(to[1]), '@stroke': '#dddddd' });
const at = (pixels: number): string => pixels.toFixed(1);

function acrossLines(low: number, high: number, y: (times: number) => number): object[] {
  const decades = [-1, 0, 1, 2, 3].flatMap((e) => TICKS.map((t) => t * 10 ** e));
  return decades.filter((t) => t >= low && t <= high).map((t) => ({
    line: line([LEFT, y(t)], [LEFT + WIDTH, y(t)]), text: { '@x': at(LEFT - 6), '@y': at(y(t) + 4), '@text-anchor': 'end', '#text': `${t}x` },
  }));
}

function downLines(most: number, x: (states: number) => number, bottom: number): object[] {
  const decades = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, e) => 10 ** e);
  return decades.map((states) => ({
    line: line([x(states), TOP], [x(states), bottom]), text: { '@x': at(x(states)), '@y': at(bottom + 18), '@text-anchor': 'middle', '#text': formatCount(states) },
  }));
}

function legend(): object {
  const names: Readonly<Record<Kind, string>> = { holds: 'holds', fails: 'fails: up to the first failure', classic: 'classic protocols' };
  const entries = (Object.keys(names) as Kind[]).map((kind, i) => ({ kind, left: LEFT + 10 + i * 200 }));
  return {
    circle: entries.map(({ kind, left }) => ({ '@cx': at(left), '@cy': '20', '@r': '4', '@fill': COLOURS[kind] })),
    text: [
      ...entries.map(({ kind, left }) => ({ '@x': at(left + 8), '@y': '24', '#text': names[kind] })),
      { '@x': at(LEFT + WIDTH / 2), '@y': at(TOP + HEIGHT + 38), '@text-anchor': 'middle', '#text': 'states without reductions' },
    ],
  };
}

function dot({ world, times }: Dot, x: number, y: number): object {
  const kind: Kind = world.scenario.startsWith('classic/') ? 'classic' : fails(world) ? 'fails' : 'holds';
  return {
    title: `${world.scenario}: ${formatCount(world.plain)} states, ${formatCount(world.all ?? 0)} kept, ${times.toFixed(1)}x`,
    circle: { '@cx': at(x), '@cy': at(y), '@r': '3', '@fill': COLOURS[kind], '@fill-opacity': '0.55' },
  };
}
