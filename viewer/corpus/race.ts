/** One race: a line that opens. */
import { escapeText } from '../html.ts';
import type { CaseRow, RaceData, ScenarioRow } from './data.ts';

const t = escapeText;
const code = (text: string): string => `<code>${t(text)}</code>`;
const number = (n: number | null): string => (n === null ? '' : n.toLocaleString('en-US'));

export function raceElement(race: RaceData): string {
  const [first] = race.broken;
  return `<details class="race" id="${t(race.id)}"${data(race)}>
<summary><span class="entry">${t(race.entry)}</span> <span class="title">${t(race.title)}</span> <span class="tags">${race.cve === null ? '' : `<span class="cve">${t(race.cve)}</span> `}<span class="breaks">${t(verdict(first!))}</span> <span class="quiet">${length(first!)}</span></span></summary>
<div class="inside">
<p>${t(race.about)}</p>
${facts(race)}
<h3>The race</h3>
<p>${runHead(first!)}</p>
${scrolling(`${race.entry}: failing run`, t(race.trace))}
<h3>The repair</h3>
${race.repair === null ? '' : `<p>${t(race.repair)}</p>\n`}<p class="quiet">${t(race.differs)}.</p>
${race.patches.length === 0 ? '' : scrolling(`${race.entry}: repair as a diff`, race.patches.map(patch).join('\n\n'))}
<h3>What was searched</h3>
${table(`${race.entry}: scenarios`, ['scenario', 'kernel', 'verdict', 'steps', 'catalogue', 'states'], [...race.broken, ...race.repaired].map((c) => [code(c.case), t(c.kernel), painted(c), number(c.steps), number(c.catalogueSteps), states(c)]))}
${race.controls.length === 0 ? '' : table(`${race.entry}: controls`, ['control', 'case', 'verdict', 'steps', 'states'], race.controls.map((c) => [t(c.what), code(c.case), painted(c), number(c.steps), states(c)]))}
${race.notes === null ? '' : `<h3>Notes</h3>\n<p>${t(race.notes)}</p>`}
<p class="quiet">${code(`npx pterace check ${race.id}`)} searches it again; <a href="${t(race.id)}.md">${t(race.id)}.md</a> is the same as text.</p>
</div>
</details>`;
}

/** What the script filters by. */
function data(race: RaceData): string {
  const values: Readonly<Record<string, string>> = {
    group: race.subsystem, cve: race.cve ?? '', since: race.affected?.since ?? '', fixed: race.affected?.fixed ?? '',
    properties: race.broken.map((b) => b.property ?? b.verdict).join('|'), ingredients: race.ingredients.join('|'),
    text: [race.id, race.entry, race.title, race.cve ?? '', ...race.procedures, ...race.ingredients, ...race.commits.flatMap((c) => [c.hash, c.subject, c.author])].join(' ').toLowerCase(),
  };
  return Object.entries(values).map(([name, value]) => ` data-${name}="${t(value)}"`).join('');
}

function verdict({ verdict: answer, property }: CaseRow): string {
  return property === null || property === answer ? answer : property;
}

function painted(c: CaseRow): string {
  return `<span class="${c.verdict === 'holds' ? 'good' : 'bad'}">${t(c.property === null || c.property === c.verdict ? c.verdict : `${c.verdict} ${c.property}`)}</span>`;
}

const states = (c: CaseRow): string => (c.states === null ? 'not recorded' : number(c.states));

function length({ steps, catalogueSteps }: ScenarioRow): string {
  if (steps === null) return '';
  return `${steps} steps${catalogueSteps === null ? '' : ` <span title="the catalogue's">(${catalogueSteps})</span>`}`;
}

function runHead({ case: id, kernel, steps, catalogueSteps, lengthNote }: ScenarioRow): string {
  const catalogue = catalogueSteps === null ? '' : ` The catalogue's has ${catalogueSteps}.${lengthNote === null ? '' : ` ${t(lengthNote.replace(/\.?$/, '.'))}`}`;
  return `A shortest run of ${code(id)} with the procedures of ${t(kernel)}${steps === null ? '' : `: ${steps} steps`}.${catalogue}`;
}

function facts(race: RaceData): string {
  const commits = race.commits.map((c) => `${code(c.hash.slice(0, 12))} “${t(c.subject)}” (${t(c.author)}, ${t(c.release)})`);
  const rows: (readonly [string, string])[] = [
    ['Releases', releases(race)],
    [commits.length > 1 ? 'Commits' : 'Commit', commits.length === 0 ? 'none' : commits.join('<br>')],
    ['Functions', race.procedures.map(code).join(', ')],
    ...(race.rule === null ? [] : [['Breaks', `${code(race.broken[0]!.property ?? '')}: ${t(race.rule)}`] as const]),
    ['Made of', t(race.ingredients.join(', '))],
  ];
  return `<dl>${rows.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('')}</dl>`;
}

function releases({ affected }: RaceData): string {
  if (affected === null) return 'no release is known to have it';
  return t(`since ${affected.since}, ${affected.fixed === null ? 'not known to be repaired' : `repaired in ${affected.fixed}`}`);
}

/** Wide text that scrolls for itself, by keys as well. */
function scrolling(name: string, inner: string): string {
  return `<pre tabindex="0" role="group" aria-label="${t(name)}">${inner}</pre>`;
}

function patch(text: string): string {
  return text.split('\n').map((line) => {
    const kind = /^(---|\+\+\+) /.test(line) ? 'file' : line.startsWith('@@') ? 'hunk' : line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : '';
    return kind === '' ? t(line) : `<span class="${kind}">${t(line)}</span>`;
  }).join('\n');
}

/** Cells are HTML. */
function table(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  return `<div class="scroll" tabindex="0" role="group" aria-label="${t(name)}"><table><thead><tr>${head.map((h) => `<th scope="col">${h}</th>`).join('')}</tr></thead><tbody>${rows.map(row).join('')}</tbody></table></div>`;
}
