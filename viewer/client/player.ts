/** Where in the run the reader is, and whether it plays by itself. */
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds that a step stays while it plays. */
const PACE = 900;

export interface Player {
  /** 0: the initial state; n: after step n. */
  readonly at: number;
  readonly playing: boolean;
  readonly go: (at: number) => void;
  readonly toggle: () => void;
}

/** `last` is the number of steps. */
export function usePlayer(last: number): Player {
  const [at, setAt] = useState(() => stepOfAddress() ?? last);
  const [playing, setPlaying] = useState(false);
  const now = Math.min(at, last);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => { if (now < last) setAt(now + 1); else setPlaying(false); }, PACE);
    return () => { clearTimeout(timer); };
  }, [playing, now, last]);
  return {
    at: now, playing,
    go: (to) => {
      setPlaying(false);
      setAt(Math.max(0, to));
    },
    toggle: () => {
      if (!playing && now === last) setAt(0);
      setPlaying(!playing);
    },
  };
}

/** `#12` in the address is step 12. */
function stepOfAddress(): number | null {
  const [, digits] = /^#(\d{1,6})$/.exec(location.hash) ?? [];
  return digits === undefined ? null : Number(digits);
}
