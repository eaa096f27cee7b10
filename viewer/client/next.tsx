import { useState } from 'preact/hooks';
import type { Option, PageData } from '../data.ts';
import { arrows, breaks } from './replayed.ts';
import { useOptions, type Walk } from './walk.ts';

interface Props {
  readonly page: PageData;
  readonly walk: Walk;
  readonly at: number;
  readonly go: (at: number) => void;
}

/** Which CPU moves next; undo and redo; on to where something happens. */
export function Next({ page, walk, at, go }: Props) {
  const options = useOptions(walk.story, at);
  const following = walk.story.steps[at];
  const take = (option: Option): void => {
    if (option.step.thread === following?.thread && option.step.choice === following.choice) go(at + 1);
    else walk.take(at, option);
  };
  return (
    <section class="next" id="panel-next" aria-labelledby="next">
      <h2 id="next">Next step <small>{following === undefined ? '' : 'another one drops what follows'}</small>
        <span class="edits">
          <button type="button" disabled={walk.undo === null} onClick={() => { walk.undo?.(); }}>undo</button>
          <button type="button" disabled={walk.redo === null} onClick={() => { walk.redo?.(); }}>redo</button>
        </span>
      </h2>
      {options?.length === 0 && <p>Nobody can move.</p>}
      <ul aria-busy={options === null}>
        {(options ?? []).map((option) => (
          <li key={`${option.step.thread} ${option.step.choice}`}>
            <Choice page={page} option={option} taken={option.step.thread === following?.thread && option.step.choice === following.choice} busy={walk.busy} already={at === walk.story.steps.length && walk.story.broken !== null} take={take} />
          </li>
        ))}
      </ul>
      <RunTo page={page} walk={walk} at={at} />
      <p class="note" role="status">{walk.busy ? 'searching …' : walk.note}</p>
    </section>
  );
}

interface ChoiceProps {
  readonly page: PageData;
  readonly option: Option;
  /** The walk goes on with it already. */
  readonly taken: boolean;
  readonly busy: boolean;
  /** Something is broken before it. */
  readonly already: boolean;
  readonly take: (option: Option) => void;
}

function Choice({ page, option, taken, busy, already, take }: ChoiceProps) {
  const { step, broken } = option;
  const thread = page.lanes.flatMap((lane) => lane.threads).find((t) => t.index === step.thread)!;
  const changes = step.changed.filter(({ cell }) => !page.cells[cell]!.ghost).map(({ cell, delta }) => `${page.cells[cell]!.place}: ${arrows(delta)}`);
  return (
    <button type="button" class={`option cpu${step.cpu % 4}${taken ? ' taken' : ''}`} disabled={busy} onClick={() => { take(option); }}>
      <b>CPU{step.cpu}</b> <span class="proc">{thread.daemon ? `[${thread.name}]` : thread.name}</span> <code>{step.said}{step.obtained !== null && ` → ${step.obtained.value}`}</code>
      {changes.length > 0 && <code class="change">{changes.join(', ')}</code>}
      {broken !== null && !already && <strong class="breaks">✗ {breaks(broken)}</strong>}
    </button>
  );
}

function RunTo({ page, walk, at }: Omit<Props, 'go'>) {
  const [cell, setCell] = useState(0);
  const [text, setText] = useState('');
  const mover = walk.story.steps[at - 1];
  return (
    <div class="run-to" role="group" aria-label="Run on">
      <button type="button" disabled={walk.busy || mover === undefined} onClick={() => { walk.runTo(at, { kind: 'switch' }); }}>CPU{mover?.cpu ?? 0} alone as far as it can</button>
      <button type="button" disabled={walk.busy} onClick={() => { walk.runTo(at, { kind: 'broken' }); }}>until something breaks</button>
      <span class="change-of">
        <button type="button" disabled={walk.busy} onClick={() => { walk.runTo(at, { kind: 'change', cell }); }}>until this changes</button>
        <select aria-label="Place" value={cell} onChange={(e) => { setCell(Number(e.currentTarget.value)); }}>
          {page.cells.map(({ place }, i) => <option key={place} value={i}>{place}</option>)}
        </select>
      </span>
      <form class="change-of" onSubmit={(e) => { e.preventDefault(); walk.runTo(at, { kind: 'predicate', text }); }}>
        <button type="submit" disabled={walk.busy || text.trim() === ''}>until</button>
        <input type="text" spellcheck={false} aria-label="Predicate over the state" placeholder={`${page.cells.find((c) => c.kind === 'flag')?.place ?? 'x'} && …`} value={text} onInput={(e) => { setText(e.currentTarget.value); }} />
      </form>
    </div>
  );
}
