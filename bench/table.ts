/** Results as a table in Markdown, which is also what is printed. */
import { measured, wrong, type Measured, type Results } from './results.ts';

const HEAD = ['', 'states', 'run', 'states/s', 'transitions/s', 'peak bytes/state', 'with generating and compiling', "time, theirs / ours", "bytes/state, theirs / ours"];

/** Ratios are to the first row of ours: above 1 is in our favour. */
export function table(results: Results): string {
  const rows = results.rows.map(measured);
  const ours = rows.find((m) => m.row.tool === 'pterace');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map((m) => line(cells(m, ours, results)))].join('\n');
}

function cells(m: Measured, ours: Measured | undefined, results: Results): string[] {
  const ratio = (theirs: number, our: number): string => (ours === undefined || m === ours ? '' : (theirs / our).toFixed(2));
  return [
    m.row.name,
    `${whole(m.states)}${remark(m, results)}`,
    `${m.seconds.toFixed(2)} s (${m.row.runs.length === 1 ? 'one run' : m.spread.map((s) => s.toFixed(2)).join(' … ')})`,
    thousands(m.statesPerSecond), thousands(m.transitionsPerSecond), m.bytesPerState.toFixed(1), `${m.whole.toFixed(1)} s`,
    ratio(m.seconds, ours?.seconds ?? 1), ratio(m.bytesPerState * m.states, (ours?.bytesPerState ?? 1) * (ours?.states ?? 1)),
  ];
}

function remark(m: Measured, results: Results): string {
  if (wrong(results).includes(m.row)) return ` (counts differ!)`;
  return m.states === results.states ? '' : ' (reduced)';
}

/** One line on where and how it was measured. */
export function circumstances({ machine, rows, scenario, states, transitions }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(', ');
  const runs = Math.max(...rows.map((r) => r.runs.length));
  return `${scenario}: ${whole(states)} states, ${whole(transitions)} transitions; medians of ${runs} alternating runs (least … most), ${machine.date}, ${machine.cpu}, ${machine.cores} cores, `
    + `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GB, ${machine.system}, ${versions}; load before it began ${machine.load.toFixed(1)}${machine.load > 0.5 ? ' (a busy machine: for comparison only)' : ''}.`;
}

function whole(n: number): string {
  return n.toLocaleString('en-US');
}

function thousands(n: number): string {
  return `${whole(Math.round(n / 1000))} k`;
}
