import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Arrow, Story } from '../data.ts';

interface Point {
  readonly x: number;
  readonly y: number;
  /** Left edge of the lane. */
  readonly lane: number;
  /** Bottom of the row. */
  readonly bottom: number;
}

interface Props {
  readonly story: Story;
  readonly at: number;
  /** Also those that have no part in what breaks. */
  readonly every: boolean;
  readonly colors: ReadonlyMap<string, number>;
}

/** Between lanes, over the steps: interrupts, locks handed over, and who read what was written. */
export function Arrows({ story, at, every, colors }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const [points, setPoints] = useState<ReadonlyMap<number, Point>>(new Map());
  useLayoutEffect(() => {
    const list = svg.current!.parentElement!;
    const observer = new ResizeObserver(() => { setPoints(measure(list)); });
    observer.observe(list);
    setPoints(measure(list));
    return () => { observer.disconnect(); };
  }, [story]);
  const shown = story.arrows.filter((a) => every || a.matters || a.from === at || a.to === at);
  return (
    <svg class="arrows" ref={svg} aria-hidden="true">
      <defs>
        {['ipi', 'lock', 'reads-from'].map((kind) => (
          <marker key={kind} id={`head-${kind}`} class={`tip ${kind}`} viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="10" markerHeight="10" orient="auto-start-reverse"><path d="M0 0.5L8 4L0 7.5z" /></marker>
        ))}
      </defs>
      {shown.map((arrow) => {
        const [from, to] = [points.get(arrow.from), points.get(arrow.to)];
        if (from === undefined || to === undefined) return null;
        const here = arrow.from === at || arrow.to === at;
        return <path key={`${arrow.kind} ${arrow.from} ${arrow.to} ${arrow.place}`} class={`arrow ${arrow.kind}${here ? ' here' : ''}${arrow.matters ? '' : ' idle'}`} data-lock={colors.get(arrow.place)} d={route(from, to, arrow)} marker-end={`url(#head-${arrow.kind})`} />;
      })}
    </svg>
  );
}

function measure(list: HTMLElement): Map<number, Point> {
  const origin = list.getBoundingClientRect();
  return new Map([...list.querySelectorAll<HTMLElement>('[data-dot]')].map((dot) => {
    const box = dot.getBoundingClientRect();
    const row = dot.closest('li')!.getBoundingClientRect();
    return [Number(dot.dataset['dot']), { x: (box.left + box.right) / 2 - origin.left, y: (box.top + box.bottom) / 2 - origin.top, lane: dot.parentElement!.getBoundingClientRect().left - origin.left, bottom: row.bottom - origin.top }];
  }));
}

/** How far from the edge of a lane each kind runs down, left of the bars of its locks. */
const INSET = { ipi: 10, lock: 6, 'reads-from': 2 } as const;
const ROUND = 4;

/** Along the lower edge of the row it leaves, then down beside the lane it goes to: across no text. */
function route(from: Point, to: Point, { kind }: Arrow): string {
  const x = to.lane + INSET[kind];
  const turn = from.bottom - 1;
  const side = x < from.x ? -1 : 1;
  return `M${from.x} ${from.y + 4}V${turn - ROUND}Q${from.x} ${turn} ${from.x + side * ROUND} ${turn}H${x - side * ROUND}Q${x} ${turn} ${x} ${turn + ROUND}V${to.y - ROUND}Q${x} ${to.y} ${Math.min(x + ROUND, to.x - 5)} ${to.y}H${to.x - 5}`;
}
