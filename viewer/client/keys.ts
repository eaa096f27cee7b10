/** The keyboard: arrows step, Home and End jump, the space bar plays, / searches, n and N go from hit to hit. */
import { useLayoutEffect } from 'preact/hooks';

export interface Keys {
  back(): void;
  forward(): void;
  first(): void;
  last(): void;
  play(): void;
  search(): void;
  nextHit(): void;
  previousHit(): void;
}

const ACTIONS: Readonly<Record<string, keyof Keys>> = {
  ArrowLeft: 'back', ArrowUp: 'back', ArrowRight: 'forward', ArrowDown: 'forward', Home: 'first', End: 'last', ' ': 'play', '/': 'search', n: 'nextHit', N: 'previousHit',
};

export function useKeys(keys: Keys): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const action = ACTIONS[event.key];
      if (action === undefined || event.ctrlKey || event.metaKey || event.altKey || ownsKey(event)) return;
      event.preventDefault();
      keys[action]();
    };
    addEventListener('keydown', onKey);
    return () => { removeEventListener('keydown', onKey); };
  });
}

/** Where text is typed or chosen every key is its own; a button keeps the space bar, a tab its arrows. */
function ownsKey({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, select, textarea') !== null) return true;
  if (key === ' ') return target.closest('button, summary, a') !== null && target.closest('.step') === null;
  return key.startsWith('Arrow') && target.closest('[role=tab]') !== null;
}
