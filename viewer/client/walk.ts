/** The run that is shown, and how a served page makes another of it. The server keeps nothing: each question has the whole walk in it. */
import { useEffect, useState } from 'preact/hooks';
import type { Found, Option, PageData, Story, Until } from '../data.ts';

export interface Walk {
  readonly story: Story;
  /** A question is under way. */
  readonly busy: boolean;
  /** What came of the last question, when that is not plain to see. */
  readonly note: string;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
  /** Takes a step after step `at`; what followed there is dropped, and undo brings it back. */
  readonly take: (at: number, option: Option) => void;
  readonly runTo: (at: number, until: Until) => void;
}

/** [thread, choice] of each step. */
type Schedule = readonly (readonly [number, number])[];

/** Runs that were shown, and which of them is. */
interface Past {
  readonly stories: readonly Story[];
  readonly now: number;
}

export function useWalk(page: PageData): Walk {
  const [past, setPast] = useState<Past>({ stories: [page.story], now: 0 });
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const story = past.stories[past.now]!;
  const work = (task: () => Promise<string>): void => {
    setBusy(true);
    task().then(setNote, (error: unknown) => { setNote((error as Error).message); }).finally(() => { setBusy(false); });
  };
  const show = async (asked: { readonly schedule: Schedule } | { readonly replay: string }): Promise<void> => {
    const next = await ask<Story>('schedule' in asked ? 'story' : 'replay', asked);
    setPast(({ stories, now }) => ({ stories: [...stories.slice(0, now + 1), next], now: now + 1 }));
  };
  useEffect(() => {
    const shared = decodeURIComponent(location.hash.slice(1));
    if (page.walk && shared.startsWith('pterace:')) work(async () => { await show({ replay: shared }); return ''; });
  }, []);
  useEffect(() => { if (page.walk && past.now > 0) history.replaceState(null, '', `#${story.replay}`); }, [story]);
  const move = (by: number): (() => void) | null => (past.stories[past.now + by] === undefined ? null : () => {
    setNote('');
    setPast({ ...past, now: past.now + by });
  });
  return {
    story, busy, note, undo: move(-1), redo: move(1),
    take: (at, { step }) => {
      work(async () => {
        await show({ schedule: [...scheduleOf(story, at), [step.thread, step.choice]] });
        return '';
      });
    },
    runTo: (at, until) => {
      work(async () => {
        const found = await ask<Found>('run', { schedule: scheduleOf(story, at), until });
        if (found.answer === 'found' && found.schedule.length > at) await show({ schedule: found.schedule });
        return said(found, at);
      });
    },
  };
}

/** The steps that can follow step `at` of the story; null until they are known. */
export function useOptions(story: Story, at: number): readonly Option[] | null {
  const [known, setKnown] = useState<{ readonly story: Story; readonly at: number; readonly options: readonly Option[] } | null>(null);
  useEffect(() => {
    let wanted = true;
    ask<Option[]>('next', { schedule: scheduleOf(story, at) }).then((options) => { if (wanted) setKnown({ story, at, options }); }, () => undefined);
    return () => { wanted = false; };
  }, [story, at]);
  return known?.story === story && known.at === at ? known.options : null;
}

function scheduleOf({ steps }: Story, at: number): Schedule {
  return steps.slice(0, at).map(({ thread, choice }) => [thread, choice] as const);
}

function said({ answer, schedule, states }: Found, at: number): string {
  const looked = `${states.toLocaleString('en-US')} states were looked at`;
  if (answer === 'never') return `This cannot happen from here: all ${looked}.`;
  if (answer === 'unknown') return `Not found before the search was cut short; ${looked}.`;
  return schedule.length === at ? 'It is so already.' : '';
}

/** @throws Error with what the server says is wrong */
async function ask<Answer>(question: string, asked: object): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/api/${question}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked) });
  } catch {
    throw new Error('The server does not answer: it was ended.');
  }
  const answer = await response.json() as Answer & { readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the server answers ${response.status}`);
  return answer;
}
