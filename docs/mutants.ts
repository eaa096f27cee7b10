/** The tables of docs/mutation.md, from what is recorded in model/mutations. */
import { share, type Explanations, type MutationRecord, type Recorded } from '../cli/mutation-record.ts';

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** Procedures by name, with what became of their mutants and what killed them; then the sum. */
export function mutantTable({ score, mutants }: MutationRecord, table: Table): string {
  const procs = new Map<string, Recorded[]>();
  for (const [name, m] of Object.entries(mutants)) {
    const proc = name.slice(0, name.indexOf(':'));
    procs.set(proc, [...(procs.get(proc) ?? []), m]);
  }
  const rows = [...procs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([proc, ms]) => row(`\`${proc}\``, ms));
  const all = Object.values(mutants);
  const summary = `${all.length} mutants: ${score.killed} killed, ${score.refused} by the lock check alone, ${score.vacuous} by vacuity alone, ${score.equivalent} equivalent (${ways(all)}), ${score.survived} survived, ${score.undecided} undecided: ${(100 * share(score)).toFixed(1)} % killed or equivalent.`;
  return `${table(['procedure', 'mutants', 'killed', 'equivalent', 'survived', 'killed by'], rows)}\n\n${summary}`;
}

const sorted = (names: readonly string[]): string => {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name, n]) => `${name} ${n}`).join(', ');
};

const ways = (all: readonly Recorded[]): string => sorted(all.filter((m) => m.fate === 'equivalent').map((m) => m.by));

function row(name: string, ms: readonly Recorded[]): string[] {
  const n = (...fates: readonly Recorded['fate'][]): string => String(ms.filter((m) => fates.includes(m.fate)).length);
  const by = sorted(ms.flatMap((m) => {
    if (m.fate === 'killed') return [m.by.replace(/\/.*/, '')];
    if (m.fate === 'refused') return ['lock check'];
    return m.fate === 'vacuous' ? ['vacuity'] : [];
  }));
  return [name, String(ms.length), n('killed', 'refused', 'vacuous'), n('equivalent'), n('survived', 'undecided'), by];
}

export function survivorTable(reasons: Explanations, table: Table): string {
  return table(['mutant', 'why nothing breaks'], Object.entries(reasons).map(([name, why]) => [`\`${name}\``, why]));
}
