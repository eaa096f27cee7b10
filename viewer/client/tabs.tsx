const TABS = { steps: 'Steps', next: 'Next', state: 'State', code: 'Code' } as const;

export type Tab = keyof typeof TABS;

/** Where there is no room for everything side by side. */
export function Tabs({ tab, walk, choose }: { readonly tab: Tab; readonly walk: boolean; readonly choose: (tab: Tab) => void }) {
  const names = (Object.keys(TABS) as Tab[]).filter((name) => walk || name !== 'next');
  const onKey = (event: KeyboardEvent): void => {
    const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (move === 0) return;
    const next = names[(names.indexOf(tab) + move + names.length) % names.length]!;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="What to show" onKeyDown={onKey}>
      {names.map((name) => (
        <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={name === tab} aria-controls={`panel-${name}`} tabIndex={name === tab ? 0 : -1} onClick={() => { choose(name); }}>{TABS[name]}</button>
      ))}
    </div>
  );
}
