import { useState } from 'preact/hooks';
import type { CellData, PageData, Story } from '../data.ts';
import { arrows, cellsOfInterest, stateAt, type CellNow } from './replayed.ts';

interface Props {
  readonly page: PageData;
  readonly story: Story;
  readonly at: number;
  readonly go: (at: number) => void;
}

/** Page-table entries, TLBs, flags and locks after the step; what the step changed stands out. */
export function State({ page, story, at, go }: Props) {
  const [all, setAll] = useState(false);
  const now = stateAt(page.cells, story.steps, at);
  const step = story.steps[at - 1];
  const changed = new Map(step?.changed.map((c) => [c.cell, c.delta]));
  const kept = new Set(step?.rewrote);
  const interesting = cellsOfInterest(page.cells, story);
  const shown = page.cells.map((cell, i) => ({ cell, i })).filter(({ i }) => all || interesting.has(i));
  const groups = [...new Set(shown.map(({ cell }) => groupOf(cell)))];
  const witnesses = at === story.steps.length ? new Set(story.broken?.witnesses.map((w) => w.place)) : new Set<string>();
  return (
    <section class="state" id="panel-state" aria-labelledby="state">
      <h2 id="state">State <small>{at === 0 ? 'initial' : `after step ${at}`}</small>
        <label><input type="checkbox" checked={all} onChange={(e) => { setAll(e.currentTarget.checked); }} /> all {page.cells.length} places</label>
      </h2>
      <div class="groups">
        {groups.map((group) => (
          <div key={group} class={group === GHOSTS ? 'group ghost' : 'group'}>
            <h3>{group === '' ? 'shared by all' : group}</h3>
            <dl>
              {shown.filter(({ cell }) => groupOf(cell) === group).map(({ cell, i }) => (
                <Cell key={i} cell={cell} now={now[i]!} delta={changed.get(i) ?? null} kept={kept.has(i)} witness={witnesses.has(cell.place)} go={go} />
              ))}
            </dl>
          </div>
        ))}
      </div>
    </section>
  );
}

/** State that only properties look at. */
const GHOSTS = 'only for the properties';

function groupOf(cell: CellData): string {
  return cell.ghost ? GHOSTS : cell.group;
}

interface CellProps {
  readonly cell: CellData;
  readonly now: CellNow;
  readonly delta: string | null;
  readonly kept: boolean;
  readonly witness: boolean;
  readonly go: (at: number) => void;
}

function Cell({ cell, now, delta, kept, witness, go }: CellProps) {
  const quiet = now.value === 'none' || now.value === 'false';
  const marks = `${delta !== null || kept ? ' changed' : ''}${witness ? ' witness' : ''}${quiet ? ' off' : ''}`;
  return (
    <div class={`cell ${cell.kind}${marks}`}>
      <dt>{cell.ghost ? cell.place : cell.name}</dt>
      <dd>
        {delta !== null && !delta.includes('->') && <ins>{delta}</ins>}
        {delta?.includes('->') === true ? <ins>{arrows(delta)}</ins> : <span>{now.value}</span>}
        {kept && <small> written again</small>}
        {now.by > 0 && delta === null && <button type="button" class="by" aria-label={`Written by step ${now.by}`} onClick={() => { go(now.by); }}>{now.by}</button>}
      </dd>
    </div>
  );
}
