/** The script of the index: which races are shown, keys, and light or dark. Everything that it shows is in the page already. */
import { isRelease, within } from '../../model/races/releases.ts';

interface Asked {
  readonly words: readonly string[];
  readonly group: string;
  /** '' also for what is no release yet. */
  readonly kernel: string;
  readonly cve: string;
  readonly property: string;
  readonly ingredient: string;
}

const form = document.querySelector<HTMLFormElement>('#filters')!;
const count = document.querySelector<HTMLOutputElement>('#count')!;
const says = document.querySelector<HTMLElement>('#kernel-says')!;
const none = document.querySelector<HTMLElement>('#none')!;
const search = form.querySelector<HTMLInputElement>('[name=text]')!;
const races = [...document.querySelectorAll<HTMLDetailsElement>('.race')];
const groups = [...document.querySelectorAll<HTMLElement>('main section:has(.race)')];

function asked(): Asked {
  const data = new FormData(form);
  const value = (name: string): string => (data.get(name) as string | null ?? '').trim();
  const kernel = value('kernel').replace(/^v/, '');
  says.textContent = kernel === '' || isRelease(kernel) ? '' : 'not a release such as 2.6.19, 3.15-rc3 or 6.2';
  return {
    words: value('text').toLowerCase().split(/\s+/).filter((word) => word !== ''),
    group: value('group'), kernel: isRelease(kernel) ? kernel : '', cve: value('cve'), property: value('property'), ingredient: value('ingredient'),
  };
}

function fits({ dataset }: HTMLElement, { words, group, kernel, cve, property, ingredient }: Asked): boolean {
  const { text = '', since = '', fixed = '', properties = '', ingredients = '' } = dataset;
  return words.every((word) => text.includes(word))
    && (group === '' || dataset['group'] === group)
    && (kernel === '' || (since !== '' && within(kernel, { since, fixed: fixed === '' ? null : fixed })))
    && (cve === '' || (cve === 'any' ? dataset['cve'] !== '' : dataset['cve'] === cve))
    && (property === '' || properties.split('|').includes(property))
    && (ingredient === '' || ingredients.split('|').includes(ingredient));
}

function show(): void {
  const wanted = asked();
  for (const race of races) race.hidden = !fits(race, wanted);
  for (const group of groups) group.hidden = group.querySelector('.race:not([hidden])') === null;
  const shown = races.filter((race) => !race.hidden).length;
  count.textContent = `${shown} of ${races.length}`;
  none.hidden = shown > 0;
}

/** The line of the race after the one that has the focus, or before it. */
function move(by: 1 | -1): void {
  const lines = races.filter((race) => !race.hidden).map((race) => race.querySelector('summary')!);
  const here = lines.findIndex((line) => line.parentElement!.contains(document.activeElement));
  const next = lines[here < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.max(0, Math.min(lines.length - 1, here + by))];
  next?.focus();
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof Element && event.target.closest('input, select') !== null;
  if (event.key === 'Escape' && event.target === search) {
    search.value = '';
    show();
  }
  const action = typing ? undefined : { '/': (): void => { search.focus(); }, 'j': (): void => { move(1); }, 'k': (): void => { move(-1); } }[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}

/** Opens the race that the address names. */
function openNamed(): void {
  const race = races.find(({ id }) => `#${id}` === location.hash);
  if (race === undefined) return;
  race.hidden = false;
  race.open = true;
  race.scrollIntoView();
}

function themeButton(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme')!;
  let dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const label = (): void => { button.textContent = dark ? 'Light' : 'Dark'; button.ariaLabel = `Switch to ${dark ? 'light' : 'dark'} colours`; };
  button.addEventListener('click', () => {
    dark = !dark;
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    label();
  });
  button.hidden = false;
  label();
}

form.hidden = false;
form.addEventListener('input', show);
form.addEventListener('submit', (event) => { event.preventDefault(); });
// Not on 'reset': the fields are emptied only after that event, and the list would follow later still.
form.querySelector('#clear')!.addEventListener('click', () => {
  form.reset();
  show();
});
addEventListener('keydown', onKey);
addEventListener('hashchange', openNamed);
themeButton();
show();
openNamed();
