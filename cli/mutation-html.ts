/** The procedures of a run of mutants as one HTML page: every line coloured by what became of the mistakes made in it. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ProcDecl, Program, Stmt } from '../model/language/ir.ts';
import { listingLines, type ListingLine } from '../model/language/listing.ts';
import { programNames } from '../model/language/lower.ts';
import { underTest } from '../model/language/mutation/mutants.ts';
import { label } from '../model/language/mutation/unit.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import type { Io } from './io.ts';
import type { Judged } from './mutation.ts';
import { scoreOf, share } from './mutation-record.ts';
import { strict } from './mutation-world.ts';
import { killers, short, type MutationRun } from './mutation-report.ts';
import { many } from './numbers.ts';

/** One text of a procedure, with the scenarios that record it. */
interface Wording {
  readonly proc: ProcDecl;
  readonly program: Program;
  readonly lines: readonly ListingLine[];
  readonly worlds: Scenario[];
}

export async function writeReport(file: string, run: MutationRun, worlds: readonly Scenario[], io: Io): Promise<void> {
  try {
    await writeFile(file, page(run, wordings(worlds)));
  } catch (error) {
    throw new UsageError(`cannot write the report: ${(error as Error).message}`);
  }
  io.err(`report written to ${file}\n`);
}

function wordings(worlds: readonly Scenario[]): Wording[] {
  const found = new Map<string, Wording>();
  for (const s of worlds) {
    const program = strict(s);
    for (const proc of underTest(program)) {
      const lines = listingLines(proc, program);
      const text = lines.map((l) => l.text).filter((t) => !t.startsWith(' * models')).join('\n');
      const known = found.get(text);
      if (known !== undefined) known.worlds.push(s);
      else found.set(text, { proc, program, lines, worlds: [s] });
    }
  }
  return [...found.values()].sort((a, b) => (a.proc.loc.file < b.proc.loc.file ? -1 : Number(a.proc.loc.file > b.proc.loc.file)) || a.proc.loc.line - b.proc.loc.line);
}

const CSS = [
  'body{font:15px/1.45 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}',
  'code,.c{font:13px/1.5 ui-monospace,monospace}.c{white-space:pre;overflow-x:auto;border:1px solid #ccc;border-radius:4px;padding:.4rem 0;margin:.4rem 0 1.6rem}',
  '.c>div,.c summary{padding:0 .6rem;min-height:1.5em;list-style:none}.c summary{cursor:pointer}.c summary::-webkit-details-marker{display:none}',
  '.c ul{margin:.2rem 0 .4rem 3rem;padding:0;white-space:normal;font:13px/1.45 system-ui,sans-serif}',
  '.killed{background:#d9f2dc}.open{background:#ffd9b8}.same{background:#e6e6ea}',
  'table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd}',
  '@media(prefers-color-scheme:dark){body{color:#e4e4e4;background:#161616}.c{border-color:#444}.killed{background:#173d1d}.open{background:#5c3412}.same{background:#2c2c33}td,th{border-color:#444}}',
].join('\n');

function page(run: MutationRun, all: readonly Wording[]): string {
  const score = scoreOf(run.judged);
  const open = run.judged.filter(isOpen);
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(CSS).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">', `<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">', `<title>Mutants of ${escape(run.folder)}</title>`, `<style>${CSS}</style>`, '</head>', '<body>',
    `<h1>Mutants of ${escape(run.folder)}</h1>`,
    `<p>${many(run.judged.length, 'mutant')} in ${many(run.worlds.length, 'scenario')}: ${score.killed + score.refused + score.vacuous} killed, ${score.equivalent} equivalent, ${score.survived} survived, ${score.undecided} undecided. ${(100 * share(score)).toFixed(1)} % killed or equivalent.</p>`,
    '<p>A line is <span class="killed">noticed</span> when every mistake made in it is killed or equivalent and some is killed, <span class="open">open</span> when one survives or is undecided, <span class="same">the same</span> when none makes a difference. Open a line for its mutants.</p>',
    ...(open.length === 0 ? [] : ['<h2>Survivors</h2>', '<table>', '<tr><th>line</th><th>mutant</th><th>why it may</th></tr>', ...open.map((j) => `<tr><td><code>${escape(short(j.mistake.loc))}</code></td><td><code>${escape(j.mistake.name)}</code></td><td>${escape(run.explanations[j.mistake.name] ?? 'not explained')}</td></tr>`), '</table>']),
    '<h2>Procedures</h2>', ...all.flatMap((w) => section(w, run)), '</body>', '</html>', '',
  ].join('\n');
}

const isOpen = ({ outcome }: Judged): boolean => outcome.fate === 'survived' || outcome.fate === 'undecided';

function section({ proc, program, lines, worlds }: Wording, { judged }: MutationRun): string[] {
  const ids = new Set(worlds.map((w) => w.id));
  const ours = judged.filter((j) => j.mistake.proc === proc.name && j.mistake.worlds.some((w) => ids.has(w)));
  const names = programNames(program);
  const at = (s: Stmt | null): Judged[] => (s === null ? [] : ours.filter(({ mistake: m }) => m.loc.file === s.loc.file && m.loc.line === s.loc.line && m.at === label(s, names)));
  const kernels = [...new Set(worlds.map((w) => w.kernel))].join(', ');
  return [`<h3><code>${escape(proc.name)}</code> ${escape(kernels)}</h3>`, `<div class="c">${lines.map((l) => line(l, at(l.stmt))).join('')}</div>`];
}

function line({ text }: ListingLine, judged: readonly Judged[]): string {
  if (judged.length === 0) return `<div>${escape(text)}</div>`;
  const items = judged.map(({ mistake: m, outcome: o }) => `<li><code>${escape(m.what)}</code>: ${escape([o.fate, o.by, o.steps === null ? '' : `in ${o.steps} steps of ${o.world}`].filter((part) => part !== '').join(', '))}</li>`);
  return `<details class="${colour(judged)}"><summary title="${escape(killers(judged))}">${escape(text)}</summary><ul>${items.join('')}</ul></details>`;
}

function colour(judged: readonly Judged[]): 'open' | 'killed' | 'same' {
  if (judged.some(isOpen)) return 'open';
  return judged.every((j) => j.outcome.fate === 'equivalent' || j.outcome.fate === 'invalid') ? 'same' : 'killed';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
