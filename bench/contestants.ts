/** Everything that is compared. A new way to search gets a line in OURS. */
import { writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { murphi } from '../schedules/murphi.ts';
import { promela } from '../schedules/promela.ts';
import { promelaProcesses } from '../schedules/promela-processes.ts';
import { numberIn, type Built, type Contestant, type Question, type Run } from './contestant.ts';
import { timed } from './timed.ts';

const COMMAND = path.join(import.meta.dirname, '..', 'bin', 'pterace.cjs');

/** Flags of `pterace check`; `reduces` where they search fewer states. What the command does not know is left out. */
const OURS: readonly { readonly flags: readonly string[]; readonly reduces?: boolean }[] = [
  { flags: [] },
  { flags: ['--workers', '2'] },
  { flags: ['--reduce', 'movers,persistent,symmetry'], reduces: true },
];

/**
 * Ways that Spin's users know to make it faster or smaller. Without -DNOREDUCE it reduces by partial order. All are
 * safety checks without fairness, optimised, with a hash table of about a slot a state.
 */
const SPIN: readonly { readonly name: string; readonly defines: readonly string[]; readonly reduces?: boolean; readonly rules?: boolean }[] = [
  { name: 'Spin -DNOREDUCE', defines: ['-DNOREDUCE'] },
  { name: 'Spin, default reduction', defines: [], reduces: true },
  { name: 'Spin -DNOREDUCE -DCOLLAPSE', defines: ['-DNOREDUCE', '-DCOLLAPSE'] },
  { name: 'Spin -DNOREDUCE, one process', defines: ['-DNOREDUCE'], rules: true },
];

function ours({ flags, reduces = false }: typeof OURS[number]): Contestant {
  const name = ['pterace', ...flags].join(' ');
  return { tool: 'pterace', name, how: ['npx pterace check ID', ...flags].join(' '), reduces, build: ({ id }, folder) => {
    const { out: help } = timed(folder, [process.execPath, COMMAND, 'check', '--help']);
    const unknown = flags.find((f) => f.startsWith('--') && !help.includes(` ${f} `));
    if (unknown !== undefined) throw new Error(`pterace check knows no ${unknown}`);
    return { seconds: 0, run: () => checked(folder, id, flags) };
  } };
}

function checked(folder: string, id: string, flags: readonly string[]): Run {
  const { seconds, rssBytes, out } = timed(folder, [process.execPath, COMMAND, 'check', id, '--json', ...flags]);
  const said = JSON.parse(out) as { states: number; transitions: number; seconds: number };
  return { seconds, rssBytes, searchSeconds: said.seconds, states: said.states, transitions: said.transitions };
}

function spin({ name, defines, reduces = false, rules = false }: typeof SPIN[number]): Contestant {
  const gcc = ['-O3', '-w', '-DSAFETY', '-DNOFAIR', '-DVECTORSZ=2048', `-DMEMLIM=${Math.floor(totalmem() / 2 ** 20)}`, ...defines];
  const how = `npx pterace export ID --to promela --form ${rules ? 'rules' : 'processes'}; spin -o2 -a; gcc ${gcc.filter((g) => !/VECTORSZ|MEMLIM|-w/.test(g)).join(' ')}; ./pan -n`;
  return { tool: 'spin', name, how, reduces, build: (q, folder) => {
    const start = performance.now();
    writeFileSync(path.join(folder, 'model.pml'), (rules ? promela : promelaProcesses)(q.id, q.graph));
    timed(folder, ['spin', '-o2', '-a', 'model.pml']);
    timed(folder, ['gcc', ...gcc, '-o', 'pan', 'pan.c']);
    return { seconds: (performance.now() - start) / 1000, run: pan(q, folder) };
  } };
}

function pan({ states }: Question, folder: string): Built['run'] {
  const slots = `-w${Math.ceil(Math.log2(states))}`;
  return () => {
    const { seconds, rssBytes, out } = timed(folder, ['./pan', '-n', '-m20000', slots]);
    if (numberIn(out, /errors: (\d+)/) > 0 || /max search depth too small|Search not completed/.test(out)) throw new Error(`Spin did not finish: ${out.slice(0, 600)}`);
    return {
      seconds, rssBytes, searchSeconds: numberIn(out, /elapsed time ([\d.]+)/),
      states: numberIn(out, /([\d.e+]+) states, stored/),
      // Into the initial state leads none.
      transitions: numberIn(out, /([\d.e+]+) transitions \(/) - 1,
    };
  };
}

const RUMUR: Contestant = {
  tool: 'rumur', name: 'Rumur, 1 thread', reduces: false,
  how: 'npx pterace export ID --to murphi; rumur --deadlock-detection off --value-type int32_t --threads 1; gcc -O3 -march=native -mcx16',
  build: (q, folder) => {
    const start = performance.now();
    writeFileSync(path.join(folder, 'model.m'), murphi(q.id, q.graph));
    timed(folder, ['rumur', '--deadlock-detection', 'off', '--value-type', 'int32_t', '--threads', '1', '--output-format', 'machine-readable', '-o', 'model.c', 'model.m']);
    timed(folder, ['gcc', '-O3', '-w', '-march=native', ...(process.arch === 'x64' ? ['-mcx16'] : []), '-o', 'model', 'model.c', '-lpthread']);
    return { seconds: (performance.now() - start) / 1000, run: () => {
      const { seconds, rssBytes, out } = timed(folder, ['./model']);
      return { seconds, rssBytes, searchSeconds: null, states: numberIn(out, /<summary states="(\d+)"/), transitions: numberIn(out, /<summary [^>]*rules_fired="(\d+)"/) };
    } };
  },
};

export const CONTESTANTS: readonly Contestant[] = [...OURS.map(ours), ...SPIN.map(spin), RUMUR];
