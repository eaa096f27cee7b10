import { useRef, useState } from 'preact/hooks';
import type { ConjunctData, PageData, Story } from '../data.ts';
import { nameOf, sentence } from './replayed.ts';

interface Props {
  readonly page: PageData;
  readonly story: Story;
  readonly at: number;
  readonly go: (at: number) => void;
  readonly hits: readonly number[];
}

const TRUTH: Readonly<Record<string, { readonly mark: string; readonly say: string }>> = {
  t: { mark: '✓', say: 'true' }, f: { mark: '✗', say: 'false' }, p: { mark: '·', say: 'premise not met' },
};

/** More conjuncts than this are shown on demand. */
const FEW = 4;

/** The whole run at a glance: who ran when, and when each conjunct was true; a click or a drag goes there. */
export function Overview({ page, story, at, go, hits }: Props) {
  const [all, setAll] = useState(false);
  const states = story.steps.length + 1;
  const rows = page.conjuncts.map((conjunct, i) => ({ conjunct, truth: story.truth[i]! }));
  const shown = all || rows.length <= FEW ? rows : rows.filter(({ truth }) => truth.includes('f')).concat(rows.filter(({ truth }) => !truth.includes('f'))).slice(0, FEW);
  return (
    <section class="overview" aria-label="The whole run">
      <div class="labels">
        {page.lanes.map((lane) => <div key={lane.cpu} class={`label cpu${lane.cpu % 4}`}>CPU{lane.cpu} <small>{lane.threads[0]?.name}</small></div>)}
        {shown.map(({ conjunct, truth }) => <Label key={nameOf(conjunct)} conjunct={conjunct} now={truth[at]!} />)}
      </div>
      <Strip states={states} at={at} go={go} say={sentence(story, page.cells, at)}>
        {page.lanes.map((lane) => (
          <Track key={lane.cpu} kinds={[' ', ...story.steps.map((s) => (s.cpu === lane.cpu ? `ran cpu${lane.cpu % 4}` : ' '))]} />
        ))}
        {shown.map(({ conjunct, truth }) => <Track key={nameOf(conjunct)} kinds={truth.split('').map((t) => `truth ${t}`)} />)}
        {hits.map((hit) => <i key={hit} class="hit" style={{ left: percent(hit + 0.5, states) }} />)}
        <i class="now" style={{ left: percent(at, states), width: percent(1, states) }} />
      </Strip>
      {rows.length > FEW && <button type="button" class="more" aria-expanded={all} onClick={() => { setAll(!all); }}>{all ? `only ${FEW}` : `all ${rows.length} conjuncts`}</button>}
    </section>
  );
}

function Label({ conjunct, now }: { readonly conjunct: ConjunctData; readonly now: string }) {
  const { mark, say } = TRUTH[now]!;
  return (
    <div class={`label truth ${now}`} title={`${nameOf(conjunct)}: ${say}. ${conjunct.prose}`}>
      <b aria-hidden="true">{mark}</b> {nameOf(conjunct)}<span class="hidden">: {say}</span>
    </div>
  );
}

/** Neighbours that look alike are drawn as one. */
function Track({ kinds }: { readonly kinds: readonly string[] }) {
  const runs: { kind: string; count: number }[] = [];
  for (const kind of kinds) {
    const run = runs.at(-1);
    if (run?.kind === kind) run.count++;
    else runs.push({ kind, count: 1 });
  }
  return <div class="track">{runs.map(({ kind, count }, i) => <i key={i} class={kind} style={{ flexGrow: count }} />)}</div>;
}

interface StripProps {
  readonly states: number;
  readonly at: number;
  readonly go: (at: number) => void;
  readonly say: string;
  readonly children: preact.ComponentChildren;
}

function Strip({ states, at, go, say, children }: StripProps) {
  const box = useRef<HTMLDivElement>(null);
  const seek = (event: PointerEvent): void => {
    if (event.buttons !== 1) return;
    const { left, width } = box.current!.getBoundingClientRect();
    go(Math.floor(((event.clientX - left) / width) * states));
  };
  const onDown = (event: PointerEvent): void => {
    box.current!.setPointerCapture(event.pointerId);
    seek(event);
  };
  return (
    <div class="strip" ref={box} role="slider" tabIndex={0} aria-label="Step" aria-valuemin={0} aria-valuemax={states - 1} aria-valuenow={at} aria-valuetext={say} onPointerDown={onDown} onPointerMove={seek}>
      {children}
    </div>
  );
}

function percent(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}
