/** The races in one HTML file that can be searched and filtered offline; without its script it is a list that opens and closes. */
import { bundle } from '../bundle.ts';
import { escapeText, htmlPage } from '../html.ts';
import type { CorpusData, RaceData } from './data.ts';
import { filters } from './filters.ts';
import { raceElement } from './race.ts';

const SCRIPT = new URL('client.ts', import.meta.url);
const STYLE = new URL('style.css', import.meta.url);

export async function indexPage(data: CorpusData): Promise<string> {
  return htmlPage({ ...(await bundle(SCRIPT, STYLE)), title: 'Races of the Linux kernel – pterace', body: body(data), served: false });
}

function body(data: CorpusData): string {
  const { races, groups } = data;
  const shown = Object.entries(groups).map(([group, title]) => section(group, title, races.filter((r) => r.subsystem === group)));
  return [
    '<header>', '<h1>Races of the Linux kernel</h1>',
    `<p>${races.length} races of page tables, each searched by pterace: the broken protocol fails in a shortest run, the repaired one holds in every interleaving of its world. In brackets: the steps of the catalogue of races that they were taken from, which counts fewer.</p>`,
    '<button type="button" id="theme" hidden></button>', filters(data), '</header>',
    '<main>', ...shown, '<p id="none" hidden>No race is like that.</p>', leftOut(data), '</main>',
    '<footer><p>Keys: <kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous race, <kbd>Enter</kbd> opens it, <kbd>Esc</kbd> clears the search.</p></footer>',
  ].join('\n');
}

function section(group: string, title: string, races: readonly RaceData[]): string {
  if (races.length === 0) return '';
  return `<section aria-labelledby="group-${group}"><h2 id="group-${group}">${escapeText(title)} <small>${races.length}</small></h2>\n<div class="list">\n${races.map(raceElement).join('\n')}\n</div></section>`;
}

function leftOut({ leftOut: entries }: CorpusData): string {
  if (entries.length === 0) return '';
  const rows = entries.map((e) => `<tr><th scope="row">${escapeText(e.entry)}</th><td>${escapeText(e.title)}</td><td>${escapeText(e.reason)}</td></tr>`);
  return `<section aria-labelledby="left-out"><h2 id="left-out">Left out <small>${entries.length}</small></h2>
<p>Entries of the catalogue without scenarios.</p>
<div class="scroll" tabindex="0" role="group" aria-label="left out"><table><thead><tr><th scope="col">entry</th><th scope="col">race</th><th scope="col">why</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}
