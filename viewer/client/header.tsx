import { useState } from 'preact/hooks';
import type { PageData, Story } from '../data.ts';
import { nameOf } from './replayed.ts';
import { useTheme } from './theme.ts';

export function Header({ page, story, at, go }: { readonly page: PageData; readonly story: Story; readonly at: number; readonly go: (at: number) => void }) {
  const { scenario } = page;
  const { theme, flip } = useTheme();
  const last = story.steps.length;
  return (
    <header>
      <div class="what">
        <h1>{scenario.id}</h1>
        <p class="title">{scenario.title}{scenario.mutation !== null && <>; <em>mutant: {scenario.mutation}</em></>}</p>
        <p class="facts">{scenario.kernel !== 'none' && <strong>kernel {scenario.kernel}</strong>}{scenario.machine.map((fact) => <span key={fact}>{fact}</span>)}</p>
      </div>
      {story.broken !== null && (
        <button class="verdict" type="button" aria-pressed={at === last} onClick={() => { go(last); }}>
          <strong><span aria-hidden="true">✗ </span>{nameOf(story.broken)}</strong>
          <span>{last === 0 ? 'wrong in the initial state' : `${story.broken.conjunct === null ? 'after' : 'broken by'} step ${last}`}</span>
        </button>
      )}
      <div class="tools">
        <Replay text={story.replay} />
        <button type="button" onClick={flip} aria-label={`Switch to ${theme === 'dark' ? 'light' : 'dark'} colours`}>{theme === 'dark' ? '☀' : '☾'}</button>
      </div>
    </header>
  );
}

/** What to paste in a mail or a terminal. */
function Replay({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => { setCopied(false); }, 2000);
    });
  };
  return (
    <div class="replay">
      <code tabIndex={0} aria-label={`Replay string ${text}`} role="note">{text}</code>
      <button type="button" onClick={copy} aria-label="Copy the replay string">{copied ? 'copied' : 'copy'}</button>
    </div>
  );
}

/** A file opened from the disk may have no clipboard to ask. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without the clipboard's permission
    document.execCommand('copy');
    field.remove();
  }
}
