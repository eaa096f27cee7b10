/**
 * Measures the breadth-first engine: `npx tsx bench/engine.ts [graph [most states]]`. Prints states and transitions a second,
 * engine bytes and peak resident bytes a state (everything included). One graph a process: peak memory is the process's.
 */
import type { Graph } from '../model/language/graph.ts';
import { compile } from '../schedules/compile.ts';
import { check } from '../schedules/check.ts';
import { mixer } from './synthetic.ts';

const GRAPHS: Readonly<Record<string, () => Graph>> = {
  /** 1.2 million states of 20 bytes, 5 transitions each. */
  small: () => mixer(5, 5, 5, 4096),
  /** 7 million states of 20 bytes, 5 transitions each. */
  medium: () => mixer(5, 5, 28, 4096),
  /** 15 million states of 16 bytes, 6 transitions each. */
  narrow: () => mixer(6, 6, 4, 256),
  /** 15 million states of 24 bytes, 6 transitions each. */
  large: () => mixer(6, 6, 4, 4096),
};

const name = process.argv[2] ?? 'large';
const make = GRAPHS[name];
if (make === undefined) throw new Error(`no graph '${name}'; known: ${Object.keys(GRAPHS).join(', ')}`);
await measure(make());

async function measure(graph: Graph): Promise<void> {
  const words = compile(graph, []).layout.words;
  const maxStates = process.argv[3] === undefined ? {} : { maxStates: Number(process.argv[3]) };
  const r = await check(graph, maxStates);
  const rss = process.resourceUsage().maxRSS * 1024;
  const per = (n: number, of: number): string => (n / of).toFixed(1);
  console.log(`${graph.name}: ${r.verdict}, ${r.states} states of ${words * 4} bytes, ${r.transitions} transitions, depth ${r.depth}, ${r.seconds.toFixed(2)} s`);
  console.log(`  ${Math.round(r.states / r.seconds)} states/s, ${Math.round(r.transitions / r.seconds)} transitions/s (${per(r.transitions, r.states)} a state)`);
  console.log(`  ${per(r.engineBytes, r.states)} engine bytes/state, ${per(rss, r.states)} peak resident bytes/state`);
}
