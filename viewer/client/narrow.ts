/** Whether there is room for things side by side. The style has the same limit. */
import { useEffect, useState } from 'preact/hooks';

const NARROW = '(max-width: 899px)';

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const onChange = (): void => { setNarrow(media.matches); };
    media.addEventListener('change', onChange);
    return () => { media.removeEventListener('change', onChange); };
  }, []);
  return narrow;
}
