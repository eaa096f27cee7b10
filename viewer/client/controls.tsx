import type { Ref } from 'preact';
import type { Player } from './player.ts';

interface Props {
  readonly player: Player;
  readonly last: number;
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly hits: readonly number[];
  readonly toHit: (direction: 1 | -1) => void;
  readonly search: Ref<HTMLInputElement>;
}

export function Controls({ player, last, query, setQuery, hits, toHit, search }: Props) {
  const { at, go } = player;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') toHit(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') {
      setQuery('');
      (event.target as HTMLElement).blur();
    }
  };
  const asked = query.trim() !== '';
  return (
    <section class="controls" aria-label="Step through the run">
      <div class="transport">
        <button type="button" aria-label="First state" title="Home" disabled={at === 0} onClick={() => { go(0); }}><Icon d="M3 2v12M13 2L5 8l8 6z" /></button>
        <button type="button" aria-label="Step back" title="←" disabled={at === 0} onClick={() => { go(at - 1); }}><Icon d="M12 2L4 8l8 6z" /></button>
        <button type="button" class="play" aria-label={player.playing ? 'Pause' : 'Play'} title="space" disabled={last === 0} onClick={player.toggle}><Icon d={player.playing ? 'M5 2v12M11 2v12' : 'M4 2l9 6l-9 6z'} /> {player.playing ? 'pause' : 'play'}</button>
        <button type="button" aria-label="Step forward" title="→" disabled={at === last} onClick={() => { go(at + 1); }}><Icon d="M4 2l8 6l-8 6z" /></button>
        <button type="button" aria-label="Last state" title="End" disabled={at === last} onClick={() => { go(last); }}><Icon d="M3 2l8 6l-8 6zM13 2v12" /></button>
        <output>{at === 0 ? <>initial state <small>of {last}</small></> : <>step {at} <small>of {last}</small></>}</output>
      </div>
      <search>
        <input ref={search} type="search" placeholder="search steps  /" aria-label="Search the steps: procedure, place, value" value={query} onInput={(e) => { setQuery(e.currentTarget.value); }} onKeyDown={onKey} />
        {asked && <output aria-live="polite">{hits.length === 0 ? 'none' : `${hits.includes(at) ? hits.indexOf(at) + 1 : '–'} of ${hits.length}`}</output>}
        <button type="button" aria-label="Previous hit" title="N" disabled={hits.length === 0} onClick={() => { toHit(-1); }}>↑</button>
        <button type="button" aria-label="Next hit" title="n" disabled={hits.length === 0} onClick={() => { toHit(1); }}>↓</button>
      </search>
    </section>
  );
}

/** Drawn, because fonts often lack these characters. */
function Icon({ d }: { readonly d: string }) {
  return <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={d} /></svg>;
}
