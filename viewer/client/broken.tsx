import type { Broken as BrokenData } from '../data.ts';
import { arrows, nameOf } from './replayed.ts';

/** What is wrong in the last state, what it turns on, and who wrote that. */
export function Broken({ broken, last, at, go }: { readonly broken: BrokenData; readonly last: number; readonly at: number; readonly go: (at: number) => void }) {
  return (
    <section class={`broken ${at === last ? 'now' : ''}`} aria-labelledby="broken">
      <h2 id="broken">{nameOf(broken)} <small>{at === last ? (broken.conjunct === null ? 'here' : 'is broken here') : `${broken.conjunct === null ? 'after' : 'breaks at'} step ${last}`}</small></h2>
      <p>{broken.prose}</p>
      {broken.stuck.map((text) => <p key={text} class="stuck">{text}</p>)}
      {broken.witnesses.length > 0 && (
        <table>
          <tbody>
            {broken.witnesses.map((w) => (
              <tr key={w.place} class={w.ghost ? 'ghost' : ''}>
                <th scope="row"><code>{w.place}</code></th>
                <td><code>{w.value}</code></td>
                <td>
                  {w.writes.length === 0 ? <span class="quiet">never written</span> : w.writes.map((write) => (
                    <button key={write.step} type="button" class={`jump cpu${write.cpu % 4}`} aria-label={`Step ${write.step}, CPU${write.cpu}: ${arrows(write.delta)}`} onClick={() => { go(write.step); }}>step {write.step} <span>CPU{write.cpu}</span></button>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
