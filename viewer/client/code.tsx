import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageData, StepData } from '../data.ts';

/** The procedure that the step is in, as C; its callers are one click away. */
export function Code({ page, step }: { readonly page: PageData; readonly step: StepData | null }) {
  const [shown, setShown] = useState<{ readonly step: StepData | null; readonly frame: number }>({ step, frame: 0 });
  const frame = shown.step === step ? shown.frame : 0;
  const stack = step?.stack ?? [];
  const { proc = '', at = '' } = stack[frame] ?? {};
  return (
    <section class="code" id="panel-code" aria-labelledby="code">
      <h2 id="code">Code <small>{at}</small></h2>
      {step === null && <p class="quiet">No step has been taken yet.</p>}
      <nav aria-label="Call stack">
        {stack.map((f, i) => ({ ...f, i })).reverse().map((f) => (
          <span key={f.i}>
            {f.i < stack.length - 1 && <i aria-hidden="true">›</i>}
            <button type="button" aria-current={f.i === frame ? 'true' : undefined} onClick={() => { setShown({ step, frame: f.i }); }}>{f.proc}</button>
          </span>
        ))}
      </nav>
      {step !== null && <Listing lines={page.listings[proc] ?? []} at={at} name={proc} />}
    </section>
  );
}

function Listing({ lines, at, name }: { readonly lines: PageData['listings'][string]; readonly at: string; readonly name: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const line = box.current?.querySelector<HTMLElement>('.current');
    if (box.current !== null && line !== null && line !== undefined) box.current.scrollTop = line.offsetTop - box.current.clientHeight / 2;
  });
  return (
    <div class="listing" ref={box} tabIndex={0} role="region" aria-label={`${name} as C`}>
      {lines.map((line, i) => {
        const current = line.at === at;
        return (
          <div key={i} class={current ? 'line current' : 'line'} aria-current={current ? 'location' : undefined}>
            <span class="number">{line.number}</span>
            <code class={/^\s*(?:\/?\*)/.test(line.text) ? 'comment' : ''}>{line.text}</code>
          </div>
        );
      })}
    </div>
  );
}
