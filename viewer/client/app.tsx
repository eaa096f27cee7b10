import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageData } from '../data.ts';
import { Broken } from './broken.tsx';
import { Code } from './code.tsx';
import { Controls } from './controls.tsx';
import { Header } from './header.tsx';
import { useKeys } from './keys.ts';
import { Lanes } from './lanes.tsx';
import { Overview } from './overview.tsx';
import { usePlayer } from './player.ts';
import { sentence } from './replayed.ts';
import { findSteps, nextHit, stepText } from './search.ts';
import { State } from './state.tsx';
import { Next } from './next.tsx';
import { Tabs, type Tab } from './tabs.tsx';
import { useWalk } from './walk.ts';

export function App({ page }: { readonly page: PageData }) {
  const walk = useWalk(page);
  const { story } = walk;
  const last = story.steps.length;
  const player = usePlayer(last);
  const { at, go } = player;
  // Another run is shown from its end.
  useEffect(() => { if (story !== page.story || walk.redo !== null) go(last); }, [story]);
  const [query, setQuery] = useState('');
  const [tab, setTab] = useState<Tab>('steps');
  const search = useRef<HTMLInputElement>(null);
  const texts = useMemo(() => story.steps.map((step) => stepText(step, page.cells, page.lanes)), [story]);
  const hits = useMemo(() => findSteps(texts, query), [texts, query]);
  const toHit = (direction: 1 | -1): void => { go(nextHit(hits, at, direction) ?? at); };
  useKeys({
    back: () => { go(at - 1); },
    forward: () => { go(at + 1); },
    first: () => { go(0); },
    last: () => { go(last); },
    play: player.toggle,
    search: () => search.current?.focus(),
    nextHit: () => { toHit(1); },
    previousHit: () => { toHit(-1); },
  });
  return (
    <>
      <Header page={page} story={story} at={at} go={go} />
      <Overview page={page} story={story} at={at} go={go} hits={hits} />
      <Controls player={player} last={last} query={query} setQuery={setQuery} hits={hits} toHit={toHit} search={search} />
      <main class={`show-${tab}`}>
        <Tabs tab={tab} walk={page.walk} choose={setTab} />
        <Lanes page={page} story={story} at={at} go={go} hits={query.trim() === '' ? null : new Set(hits)} />
        <div class="side">
          {(page.walk || story.broken !== null) && (
            <div class="top">
              {story.broken !== null && (!page.walk || at === last) && <Broken broken={story.broken} last={last} at={at} go={go} />}
              {page.walk && <Next page={page} walk={walk} at={at} go={go} />}
            </div>
          )}
          <State page={page} story={story} at={at} go={go} />
          <Code page={page} step={story.steps[at - 1] ?? null} />
        </div>
        <p class="hidden" aria-live="polite">{sentence(story, page.cells, at)}</p>
      </main>
    </>
  );
}
