/** The index of the pages, in Markdown. */
import { many } from '../../cli/numbers.ts';
import type { LeftOut, Subsystem } from '../../model/races/race.ts';
import type { RaceFacts } from './facts.ts';
import type { Table } from './page.ts';
import { GROUPS, statesText, verdictText } from './words.ts';

export function racesReadme(races: readonly RaceFacts[], leftOut: readonly LeftOut[], table: Table): string {
  const groups = (Object.keys(GROUPS) as Subsystem[]).map((group) => [group, races.filter((r) => r.subsystem === group)] as const).filter(([, own]) => own.length > 0);
  return `${[
    '# The races',
    '<!-- Made by docs/corpus/generate.ts from model/races and the scenarios. -->',
    `${many(races.length, 'race')} that Linux kernels had, each as scenarios: in those that are broken a named property fails, and the page has a shortest run; those that are repaired hold in every interleaving. `
    + 'What *holds* means is in [the README](../../README.md), where the model is coarser than the kernel in [limits.md](../limits.md), and where it contradicts the catalogue of races '
    + 'that these were taken from in [findings.md](../findings.md) and in the notes of the pages.',
    '[index.html](index.html) is the same in one file, to be searched and filtered in a browser without a network.',
    '```sh\nnpx pterace races                     # the list; --subsystem, --kernel, --cve, --property, --ingredient\nnpx pterace races B12                 # all about one\nnpx pterace check B12                 # search its broken scenario\nnpx pterace diff B12                  # the repair\nnpx pterace verify races              # search all their scenarios\n```',
    ...groups.flatMap(([group, own]) => [`## ${GROUPS[group]}`, groupTable(own, table)]),
    'States are those of the first broken and the first repaired scenario; steps those of the shortest failing run, beside the catalogue\'s.',
    '## Left out',
    ...(leftOut.length === 0 ? ['Nothing.'] : ['Entries of the catalogue that have no scenario:', table(['entry', 'race', 'why'], leftOut.map((l) => [l.entry, l.title, l.reason]))]),
  ].join('\n\n')}\n`;
}

function groupTable(races: readonly RaceFacts[], table: Table): string {
  return table(['entry', 'race', 'CVE', 'repaired in', 'breaks', 'steps', 'catalogue', 'states'], races.map((race) => {
    const [broken, repaired] = [race.broken[0]!, race.repaired[0]!];
    return [
      race.entry, `[${race.title}](${race.id}.md)`, race.cve ?? '', race.affected === null ? 'never in a release' : race.affected.fixed ?? 'not repaired',
      verdictText(broken), String(broken.steps ?? ''), String(broken.catalogueSteps ?? ''), `${statesText(broken.states)} / ${statesText(repaired.states)}`,
    ];
  }));
}
