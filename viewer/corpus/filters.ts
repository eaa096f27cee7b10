/** The form that says which races are shown. It does nothing without the script, which brings it out. */
import { compareReleases } from '../../model/races/releases.ts';
import { escapeText } from '../html.ts';
import type { CorpusData } from './data.ts';

export function filters({ races, groups }: CorpusData): string {
  const present = Object.entries(groups).filter(([group]) => races.some((r) => r.subsystem === group));
  const releases = distinct(races.flatMap((r) => (r.affected === null ? [] : [r.affected.since, r.affected.fixed ?? r.affected.since]))).sort(compareReleases);
  return [
    '<form id="filters" role="search" hidden>',
    '<label class="wide">Search <input type="search" name="text" placeholder="words, functions, commits" autocomplete="off"></label>',
    select('Group', 'group', present),
    `<label>Kernel <input name="kernel" list="releases" placeholder="4.18" size="9" autocomplete="off" spellcheck="false" aria-describedby="kernel-says"></label>`,
    `<datalist id="releases">${releases.map((r) => `<option value="${escapeText(r)}"></option>`).join('')}</datalist>`,
    select('CVE', 'cve', [['any', 'any CVE'], ...names(distinct(races.flatMap((r) => r.cve ?? [])).sort())]),
    select('Breaks', 'property', names(distinct(races.flatMap((r) => r.broken.map((b) => b.property ?? b.verdict))).sort(byNumber))),
    select('Made of', 'ingredient', names(distinct(races.flatMap((r) => r.ingredients)).sort((a, b) => a.localeCompare(b, 'en')))),
    '<button type="button" id="clear">Clear</button>',
    '<output id="count" aria-live="polite"></output> <span id="kernel-says" role="status"></span>',
    '</form>',
  ].join('\n');
}

const distinct = (all: readonly string[]): string[] => [...new Set(all)];
const names = (all: readonly string[]): [string, string][] => all.map((name) => [name, name]);
/** I2 before I10. */
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function select(label: string, name: string, options: readonly (readonly [string, string])[]): string {
  const all = options.map(([value, text]) => `<option value="${escapeText(value)}">${escapeText(text)}</option>`).join('');
  return `<label>${label} <select name="${name}"><option value="">all</option>${all}</select></label>`;
}
