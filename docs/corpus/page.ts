/** The page of one race, in Markdown: story, failing run, repair, and what was searched. */
import { many } from '../../cli/numbers.ts';
import type { RaceFacts } from './facts.ts';
import { affectedText, GROUPS, statesText, verdictText } from './words.ts';

export type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

const code = (text: string): string => `\`${text}\``;
const fenced = (kind: string, text: string): string => `\`\`\`${kind}\n${text}\n\`\`\``;

export function racePage(race: RaceFacts, table: Table): string {
  return `${[
    `# ${race.entry}: ${race.title}`,
    '<!-- Made by docs/corpus/generate.ts from model/races and the scenarios. -->',
    race.about,
    facts(race),
    `## The race\n\n${runHead(race)}`,
    fenced('text', race.trace),
    '## The repair',
    ...(race.repair === null ? [] : [race.repair]),
    `${race.differs}.`,
    ...(race.patches.length === 0 ? [] : [fenced('diff', race.patches.join('\n\n'))]),
    ...searched(race, table),
    ...(race.notes === null ? [] : [`## Notes\n\n${race.notes}`]),
    again(race),
    '[All races](README.md)',
  ].join('\n\n')}\n`;
}

/** A list: commits, releases, functions. */
function facts(race: RaceFacts): string {
  const commits = race.commits.map((c) => `${code(c.hash.slice(0, 12))} "${c.subject}" (${c.author}, ${c.release})`);
  const lines = [
    ['Group', GROUPS[race.subsystem]],
    ['Releases', affectedText(race)],
    ...(race.cve === null ? [] : [['CVE', race.cve]]),
    [commits.length > 1 ? 'Commits' : 'Commit', commits.length === 0 ? 'none' : commits.join('; ')],
    ['Functions', race.procedures.map(code).join(', ')],
    ...(race.rule === null ? [] : [['Breaks', `${code(race.broken[0]!.property ?? '')}: ${race.rule}`]]),
    ['Made of', race.ingredients.join(', ')],
  ];
  return lines.map(([name = '', text = '']) => `- **${name}**: ${text}`).join('\n');
}

function runHead({ broken: [first] }: RaceFacts): string {
  const { case: id, kernel, steps, catalogueSteps, lengthNote } = first!;
  const catalogue = catalogueSteps === null ? '' : ` The catalogue's has ${catalogueSteps}.${lengthNote === null ? '' : ` ${lengthNote.replace(/\.?$/, '.')}`}`;
  return `A shortest failing run of ${code(id)}, with the procedures of ${kernel}: ${verdictText(first!)}${steps === null ? '' : ` in ${many(steps, 'step')}`}.${catalogue}`;
}

function searched(race: RaceFacts, table: Table): string[] {
  const cases = [...race.broken, ...race.repaired].map((c) => [
    code(c.case), c.kernel, verdictText(c), c.steps === null ? '' : String(c.steps), c.catalogueSteps === null ? '' : String(c.catalogueSteps), statesText(c.states),
  ]);
  const notes = [...race.broken.slice(1), ...race.repaired].filter((c) => c.lengthNote !== null).map((c) => `${code(c.case)}: ${c.lengthNote!}`);
  const controls = race.controls.map((c) => [c.what, code(c.case), verdictText(c), c.steps === null ? '' : String(c.steps), statesText(c.states)]);
  return [
    '## What was searched',
    table(['scenario', 'kernel', 'verdict', 'shortest run', 'catalogue', 'states'], cases),
    ...notes,
    ...(controls.length === 0 ? [] : ['Controls: what does not suffice, or is not needed.', table(['control', 'case', 'verdict', 'shortest run', 'states'], controls)]),
  ];
}

function again({ id }: RaceFacts): string {
  return fenced('sh', [`npx pterace check ${id}     # search the broken one`, `npx pterace diff ${id}      # the repair`, `npx pterace verify ${id}    # search every scenario of the race`].join('\n'));
}
