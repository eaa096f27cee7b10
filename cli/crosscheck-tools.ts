/** What Spin and Rumur answer about a graph, in the terms of our own answer. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Graph } from '../model/language/graph.ts';
import type { Selection } from '../schedules/export-graph.ts';
import { murphi } from '../schedules/murphi.ts';
import { promelaProcesses } from '../schedules/promela-processes.ts';
import { claimNamed, promela } from '../schedules/promela.ts';
import { inFolder, output, outputOf } from './crosscheck-run.ts';

export interface Answer {
  /** Title of the claim that fails, `deadlock` or `property/conjunct`; null when all hold. */
  readonly fails: string | null;
  readonly states: number;
  readonly transitions: number;
  /** Length of a shortest way to the failure. */
  readonly steps: number | null;
}

export interface Question {
  readonly id: string;
  readonly graph: Graph;
  /** Our own number: how much room to prepare, and whether optimising is worth its while. */
  readonly states: number;
  /** Look for a shortest failure: breadth first where the tool knows the difference. */
  readonly failing: boolean;
  readonly selection: Selection;
}

export interface Tool {
  readonly title: string;
  readonly programs: readonly string[];
  ask(q: Question, signal: AbortSignal): Promise<Answer>;
}

/** Compiling takes seconds, with optimisation twice as many; fewer states than this are searched before that pays. */
const WORTH_OPTIMISING = 100_000;
/** The same for Rumur, whose verifier is ten times slower unoptimised. */
const WORTH_OPTIMISING_RUMUR = 4000;

/**
 * Spin's conventions, each seen in its output for models counted by hand and stated in its `pan.c`:
 * - "states, stored" includes the initial state, and the loop's own position adds none: equal to ours as it is.
 * - "transitions (= stored+matched)": every stored state counts as one transition into it, the initial one too, into
 *   which none leads. That one is subtracted.
 * - a trail ends in the steps that evaluate the failed claim, which are none of the model: `extra` of them. Lines with
 *   a negative number are no steps.
 */
function spin(title: string, write: typeof promela, extra: number): Tool {
  return {
    title,
    programs: ['spin', 'gcc'],
    ask: (q, signal) => inFolder(async (folder) => {
      await writeFile(path.join(folder, 'model.pml'), write(q.id, q.graph, q.selection));
      const breadth = q.failing ? ['-DBFS'] : [];
      await output('spin', [...breadth, '-o2', '-a', 'model.pml'], folder, signal);
      // The vector is stored at its own size: room for a bigger one costs nothing.
      const defines = ['-DNOREDUCE', '-DSAFETY', '-DVECTORSZ=8192', '-DMEMLIM=4096', ...breadth];
      await output('gcc', [q.states < WORTH_OPTIMISING ? '-O0' : '-O2', '-w', ...defines, '-o', 'pan', 'pan.c'], folder, signal);
      // No path is longer than there are states; the hash table is given about two slots a state.
      const bits = Math.min(28, Math.max(12, Math.ceil(Math.log2(q.states + 1)) + 1));
      const said = await outputOf('./pan', ['-n', `-m${Math.max(1000, q.states + 10)}`, `-w${bits}`], folder, signal);
      return spinAnswer(q, said, folder, extra);
    }),
  };
}

async function spinAnswer(q: Question, said: string, folder: string, extra: number): Promise<Answer> {
  const fact = (pattern: RegExp): number => Number(found(pattern, said));
  const counts = { states: fact(/([\d.e+]+) states, stored/), transitions: fact(/([\d.e+]+) transitions \(/) - 1 };
  if (fact(/errors: (\d+)/) === 0 && !said.includes('Search not completed')) return { ...counts, fails: null, steps: null };
  const flag = /assertion violated (\w+) \(/.exec(said)?.[1];
  const fails = flag === undefined ? null : claimNamed(q.graph, flag);
  if (fails === null) throw new Error(`Spin stopped for a reason of its own: ${said.slice(0, 400).trim()}`);
  const trail = await readFile(path.join(folder, 'model.pml.trail'), 'utf8');
  return { ...counts, fails, steps: trail.split('\n').filter((line) => /^\d+:/.test(line)).length - extra };
}

/**
 * Rumur's conventions: "states" and "rules fired" are ours as they are. With one thread its search is breadth first, so
 * that a trace is a shortest one; the first transition of a trace sets the initial state and is not counted.
 */
const rumur: Tool = {
  title: 'Rumur',
  programs: ['rumur', 'gcc'],
  ask: (q, signal) => inFolder(async (folder) => {
    await writeFile(path.join(folder, 'model.m'), murphi(q.id, q.graph, q.selection));
    const options = ['--deadlock-detection', 'off', '--value-type', 'int32_t', '--threads', '1', '--output-format', 'machine-readable'];
    await output('rumur', [...options, '-o', 'model.c', 'model.m'], folder, signal);
    // The verifier swaps two words at once, which x86-64 only does when asked.
    const machine = process.arch === 'x64' ? ['-mcx16'] : [];
    await output('gcc', [q.states < WORTH_OPTIMISING_RUMUR ? '-O0' : '-O1', '-w', ...machine, '-o', 'model', 'model.c', '-lpthread'], folder, signal);
    return rumurAnswer(await outputOf('./model', [], folder, signal));
  }),
};

function rumurAnswer(said: string): Answer {
  const [, states, rules, errors] = /<summary states="(\d+)" rules_fired="(\d+)" errors="(\d+)"/.exec(said) ?? [];
  if (errors === undefined) throw new Error(`Rumur did not finish: ${said.slice(-400).trim()}`);
  const counts = { states: Number(states), transitions: Number(rules) };
  if (errors === '0') return { ...counts, fails: null, steps: null };
  const message = unescaped(found(/<message>([^]*?)<\/message>/, said));
  const fails = /^invariant "(.*)" failed/.exec(message)?.[1];
  if (fails === undefined) throw new Error(`Rumur stopped for a reason of its own: ${message}`);
  return { ...counts, fails, steps: said.split('<transition>').length - 2 };
}

function unescaped(xml: string): string {
  return xml.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}

function found(pattern: RegExp, said: string): string {
  const match = pattern.exec(said)?.[1];
  if (match === undefined) throw new Error(`no ${pattern.source} in what the tool said: ${said.slice(0, 400).trim()}`);
  return match;
}

export const TOOLS = {
  spin: spin('Spin', promela, 1),
  'spin-processes': spin('Spin (processes)', promelaProcesses, 3),
  rumur,
} as const;
export type ToolName = keyof typeof TOOLS;
