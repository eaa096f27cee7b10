import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageData, StepData, Story } from '../data.ts';
import { Arrows } from './arrows.tsx';
import { useNarrow } from './narrow.ts';
import { arrows, breaks } from './replayed.ts';

interface Props {
  readonly page: PageData;
  readonly story: Story;
  readonly at: number;
  readonly go: (at: number) => void;
  /** Steps that the search found; null when nothing is searched for. */
  readonly hits: ReadonlySet<number> | null;
}

/** CPUs beyond which a column a CPU is too thin to read, and beyond which rails leave no room for the words. */
const MOST_COLUMNS = 4;
const MOST_RAILS = 8;

/** A lane a CPU, time going down. */
export function Lanes({ page, story, at, go, hits }: Props) {
  const box = useRef<HTMLElement>(null);
  const [every, setEvery] = useState(false);
  const moved = useRef(false);
  useEffect(() => {
    reveal(box.current!, moved.current);
    moved.current = true;
  }, [at]);
  const narrow = useNarrow();
  const slots = page.lanes.map(({ cpu }) => Math.max(0, ...story.locks.filter((bar) => bar.cpu === cpu).map((bar) => bar.slot + 1)));
  const colors = lockColors(story);
  return (
    <section class={`lanes${narrow || page.lanes.length > MOST_COLUMNS ? ' rails' : ''}${page.lanes.length > MOST_RAILS ? ' crowded' : ''}`} id="panel-steps" aria-label="Steps" ref={box}>
      <div class="lane-heads row" aria-hidden="true" style={columns(slots)}>
        {page.lanes.map((lane, i) => (
          <div key={lane.cpu} class={`head cpu${lane.cpu % 4}`} style={{ gridColumn: i + 2 }}>
            <b>CPU{lane.cpu}</b> <small>{lane.threads.filter((t) => !t.daemon).map((t) => t.name).join(' ')}</small>
          </div>
        ))}
      </div>
      <ol style={columns(slots)}>
        {story.steps.map((step, i) => {
          const number = i + 1;
          const previous = story.steps[i - 1];
          const mark = hits === null ? '' : hits.has(number) ? ' found' : ' missed';
          const broke = story.broken !== null && number === story.steps.length;
          return (
            <li key={number} class={previous?.thread !== step.thread && i > 0 ? 'switch' : ''}>
              <button type="button" class={`step row${mark}${broke ? ' broke' : ''}`} aria-current={number === at ? 'step' : undefined} tabIndex={number === Math.max(1, at) ? 0 : -1} onClick={() => { go(number); }}>
                <span class="n">{number}</span>
                {page.lanes.map((lane, l) => (
                  <span key={lane.cpu} class={`rail cpu${lane.cpu % 4}`} style={{ gridColumn: l + 2 }}>
                    {story.locks.filter((bar) => bar.cpu === lane.cpu && bar.from <= number && number <= (bar.to ?? Infinity)).map((bar) => (
                      <i key={bar.slot} class={`bar lock${colors.get(bar.lock)!}${bar.shared ? ' shared' : ''}${bar.from === number ? ' first' : ''}${bar.to === number ? ' last' : ''}`} style={{ left: `calc(${bar.slot} * var(--slot) + var(--gutter))` }} />
                    ))}
                    {lane.cpu === step.cpu && <i class="dot" data-dot={number} style={{ left: `calc(${slots[l]!} * var(--slot) + var(--gutter))` }} />}
                  </span>
                ))}
                <Words page={page} step={step} previous={previous} lane={page.lanes.findIndex((lane) => lane.cpu === step.cpu)} slots={slots} colors={colors} broke={broke ? breaks(story.broken) : null} named={page.lanes.length > MOST_COLUMNS} />
              </button>
            </li>
          );
        })}
        <Arrows story={story} at={at} every={every} colors={colors} />
      </ol>
      {story.steps.length === 0 && <p class="quiet">No step has been taken yet.</p>}
      <Legend story={story} every={every} setEvery={setEvery} />
    </section>
  );
}

interface WordsProps {
  readonly page: PageData;
  readonly step: StepData;
  readonly previous: StepData | undefined;
  readonly lane: number;
  readonly slots: readonly number[];
  readonly colors: ReadonlyMap<string, number>;
  /** What the step breaks. */
  readonly broke: string | null;
  /** Say which CPU it is. */
  readonly named: boolean;
}

function Words({ page, step, previous, lane, slots, colors, broke, named }: WordsProps) {
  const same = previous?.thread === step.thread && previous.proc === step.proc;
  const thread = page.lanes[lane]!.threads.find((t) => t.index === step.thread)!;
  return (
    <span class="words" style={{ '--lane': lane + 2, '--slots': slots[lane]! }}>
      {(!same || thread.daemon) && <span class={`proc cpu${step.cpu % 4}`}>{named && `CPU${step.cpu} `}{thread.daemon && `[${thread.name}] `}{step.proc} <small>{step.where}</small></span>}
      <span class="said">{step.said}{step.obtained !== null && <span class="got"> → {step.obtained.value}</span>}</span>
      {step.changed.map(({ cell: i, delta }) => {
        const cell = page.cells[i]!;
        if (cell.ghost) return <span key={i} class="change ghost">({cell.place}: {arrows(delta)})</span>;
        const color = colors.get(cell.place);
        return <span key={i} class={`change ${cell.lock ? 'lockstep' : ''}`}>{cell.lock && color !== undefined && <i class={`key lock${color}`} />}{cell.place}: {arrows(delta)}</span>;
      })}
      {step.rewrote.map((i) => <span key={i} class="change">{page.cells[i]!.place}: written again</span>)}
      {broke !== null && <strong class="breaks"><span aria-hidden="true">✗ </span>{broke}</strong>}
    </span>
  );
}

function Legend({ story, every, setEvery }: { readonly story: Story; readonly every: boolean; readonly setEvery: (every: boolean) => void }) {
  const kinds = new Set(story.arrows.map((a) => a.kind));
  return (
    <div class="legend">
      {story.locks.length > 0 && <span><i class="bar-key" /> lock held</span>}
      {kinds.has('ipi') && <span><svg aria-hidden="true" viewBox="0 0 24 8"><path class="arrow ipi" d="M1 4H22" /></svg> interrupt</span>}
      {kinds.has('lock') && <span><svg aria-hidden="true" viewBox="0 0 24 8"><path class="arrow lock" d="M1 4H22" /></svg> lock handed over</span>}
      {kinds.has('reads-from') && <span><svg aria-hidden="true" viewBox="0 0 24 8"><path class="arrow reads-from" d="M1 4H22" /></svg> reads what was written</span>}
      {story.arrows.some((a) => !a.matters) && <label><input type="checkbox" checked={every} onChange={(e) => { setEvery(e.currentTarget.checked); }} /> also what does not matter</label>}
    </div>
  );
}

/** Locks are told apart by colour, in the order in which they are first taken. */
function lockColors(story: Story): Map<string, number> {
  return new Map([...new Set(story.locks.map((bar) => bar.lock))].map((lock, i) => [lock, i % 6]));
}

/** Widths that the lanes need for the bars of their locks. */
function columns(slots: readonly number[]): Record<string, string> {
  return {
    '--wide': slots.map(() => 'minmax(0, 1fr)').join(' '),
    '--narrow': slots.map((n) => `calc(${n} * var(--slot) + var(--gutter) + 1rem)`).join(' '),
  };
}

/** Scrolls the current step well into view: the lanes, or where they are as long as they need, the page, once the reader moves. */
function reveal(box: HTMLElement, moved: boolean): void {
  const own = getComputedStyle(box).overflowY === 'auto';
  if (!own && !moved) return;
  const current = box.querySelector('[aria-current=step]') ?? (own ? box.querySelector('.step') : null);
  if (current === null || current.getClientRects().length === 0) return;
  const { top, bottom } = current.getBoundingClientRect();
  const frame = own ? box.getBoundingClientRect() : { top: 0, bottom: innerHeight, height: innerHeight };
  const margin = Math.min(120, frame.height / 4);
  const by = top < frame.top + margin ? top - frame.top - margin : Math.max(0, bottom - frame.bottom + margin);
  (own ? box : window).scrollBy(0, by);
}
