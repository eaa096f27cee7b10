/**
 * A graph as Spin searches it fastest: a process a thread, whose own position is the program counter, so that Spin
 * tries the steps of one node and not all there are. States and transitions are those of the other form.
 *
 * A d_step cannot be left in its middle: a step that may go on at several nodes is an alternative for each, with
 * the condition for going there put in front. Threads of a single node, hardware mostly, share one process with the
 * claims: a process costs room in every state, its position costs none where there is only one.
 */
import type { Graph } from '../model/language/graph.ts';
import { bitsFor } from './bounds.ts';
import { UsageError } from './errors.ts';
import { prepare, type Exported, type Selection, type Variable } from './export-graph.ts';
import { bodyOf, stillBody } from './promela-bodies.ts';
import { Places } from './promela-places.ts';
import { ABOUT_FLAGS, ABOUT_SCRATCH, aboutVariable, comment, harmless, scratchOf, variableLine } from './promela-text.ts';

/** Spin numbers processes in a byte, and one holds the claims. */
const MOST_PROCESSES = 254;

/** @throws UsageError for an unknown property, or for what Promela cannot say. */
export function promelaProcesses(id: string, graph: Graph, selection: Selection = {}): string {
  const exported = prepare(graph, selection);
  const places = new Places(exported);
  const tooMany = places.moving[MOST_PROCESSES];
  if (tooMany !== undefined) throw new UsageError(`cannot export ${tooMany.nodes[tooMany.start]!.where}: Spin has room for ${MOST_PROCESSES} threads`);
  return [
    header(id, exported),
    HIDDEN,
    packed(exported.variables.filter((v) => v.thread === null)).join('\n'),
    [ABOUT_SCRATCH, ...scratchOf(exported.rules).map(([name, type]) => `HIDDEN(${type === 'bit' ? 'byte' : type}) ${name};`)].join('\n'),
    [ABOUT_FLAGS, ...exported.claims.map((c) => `HIDDEN(byte) ${c.name};  /* ${harmless(c.title)} */`)].join('\n'),
    ...marks(places),
    ...exported.threads.flatMap((t, thread) => (places.moves(t) ? [proctype(`thread ${t.name}`, places.process(t), exported, [thread], bodyOf(t, thread, exported, places))] : [])),
    still(exported, places),
  ].join('\n\n') + '\n';
}

function header(id: string, { graph, rules, claims }: Exported): string {
  return comment([
    `${id} (graph ${graph.hash}), exported by pterace: ${rules.length} rules, ${claims.length} claims, a process a thread.`,
    '',
    'spin -o2 -a FILE && gcc -O3 -DNOREDUCE -DSAFETY -DNOFAIR -o pan pan.c && ./pan -n -m1000000',
    '',
    '-o2: variables that are only written are part of the state. For a shortest trail give -DBFS to both spin and gcc;',
    'its last steps find the claim that fails and are none of the model. Spin counts the initial state among its',
    'transitions. Labels that begin with end_ are where a thread may stay: the last claim is the rule for deadlocks.',
  ]);
}

/** The same in every state, they are kept out of it. Spin hides no bits, and nothing from its breadth-first search. */
const HIDDEN = ['#ifdef BFS', '#define HIDDEN(type) type', '#else', '#define HIDDEN(type) hidden type', '#endif'].join('\n');

/** Scalars in as many bits as they need, first fit into words of 32; then arrays, of which Spin packs none. */
function packed(variables: readonly Variable[]): string[] {
  const words: { bits: number; readonly lines: string[] }[] = [];
  const scalars = variables.filter((v) => v.cells === null).sort((a, b) => bitsFor(b.size) - bitsFor(a.size));
  for (const v of scalars) {
    const width = Math.max(1, bitsFor(v.size));
    const room = words.find((w) => w.bits + width <= 32);
    const word = room ?? { bits: 0, lines: [] };
    if (room === undefined) words.push(word);
    word.bits += width;
    word.lines.push(`unsigned ${v.name} : ${width} = ${v.initial[0]!};${aboutVariable(v)}`);
  }
  return [...words.flatMap((w) => w.lines), ...variables.filter((v) => v.cells !== null).map(variableLine)];
}

function marks(places: Places): string[] {
  if (places.marks.size === 0) return [];
  const lines = [...places.marks].map(([node, mark]) => `bit ${mark} = ${Number(places.startsAt(node))};  /* at ${node} */`);
  return [['/* what steps ask of the position of others, which Promela forbids in a d_step */', ...lines].join('\n')];
}

function proctype(about: string, name: string, { variables }: Exported, threads: readonly number[], body: readonly string[]): string {
  const own = packed(variables.filter((v) => v.thread !== null && threads.includes(v.thread))).map((l) => `  ${l}`);
  return [`/* ${harmless(about)} */`, `active proctype ${name}()`, '{', ...own, ...body, '}'].join('\n');
}

function still(exported: Exported, places: Places): string {
  const threads = exported.threads.flatMap((t, thread) => (places.moves(t) ? [] : [thread]));
  return proctype('threads that stay where they are, and the claims', places.still, exported, threads, stillBody(threads, exported, places));
}
