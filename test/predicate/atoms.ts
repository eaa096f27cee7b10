/** Random predicates with a meaning of their own: judged on the printed values of a state, not by what they compile to. */
import fc from 'fast-check';
import { formatValue, placeName, typeOf, fieldOf } from '../../counterexamples/values.ts';
import type { Graph } from '../../model/language/graph.ts';
import { nodeOf, type State } from '../../schedules/replay.ts';

export interface Predicate {
  readonly text: string;
  readonly holds: (state: State) => boolean;
}

const COMPARE = {
  '==': (a: number, b: number) => a === b, '!=': (a: number, b: number) => a !== b, '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b, '>': (a: number, b: number) => a > b, '>=': (a: number, b: number) => a >= b,
} as const;

/** Atoms about one cell or field. */
function about(graph: Graph, typeName: string, text: string, read: (state: State) => number): fc.Arbitrary<Predicate>[] {
  const type = typeOf(graph, typeName);
  switch (type.kind) {
    case 'bool': return [fc.constant({ text, holds: (s) => read(s) === 1 })];
    case 'int': return [fc.tuple(fc.constantFrom(...(Object.keys(COMPARE) as (keyof typeof COMPARE)[])), fc.nat(type.size)).map(([op, n]) => ({ text: `${text} ${op} ${n}`, holds: (s) => COMPARE[op](read(s), n) }))];
    case 'enum':
    case 'index': return [fc.tuple(fc.boolean(), fc.nat(type.size - 1)).map(([equal, n]) => {
      const name = formatValue(graph, typeName, n);
      return { text: `${text} ${equal ? '==' : '!='} ${name}`, holds: (s) => (formatValue(graph, typeName, read(s)) === name) === equal };
    })];
    case 'record': return [
      fc.constant({ text: `${text} == none`, holds: (s) => formatValue(graph, typeName, read(s)) === 'none' }),
      ...type.fields.flatMap((f) => about(graph, f.type, `${text}.${f.name}`, (s) => fieldOf(f, read(s)))),
    ];
  }
}

export function predicates(graph: Graph): fc.Arbitrary<Predicate> {
  const cells = graph.places.flatMap((place, p) => (place.name.startsWith('$') ? [] : Array.from({ length: place.cells }, (_, c) => about(graph, place.type, placeName(place, c), (s) => s.cells[p]![c]!)).flat()));
  const threads = graph.threads.flatMap(({ name }, t): Predicate[] => {
    const functions = [...new Set(graph.nodes.filter((n) => n.thread === t).flatMap((n) => n.stack.map((f) => f.proc)))];
    return [
      { text: `ended(${name})`, holds: (s) => nodeOf(graph, s, t).kind === 'end' },
      ...functions.map((fn) => ({ text: `at(${name}, ${fn})`, holds: (s: State) => nodeOf(graph, s, t).stack.some((f) => f.proc === fn) })),
    ];
  });
  const atom = fc.oneof({ weight: 4, arbitrary: fc.oneof(...cells) }, { weight: 1, arbitrary: fc.constantFrom(...threads) });
  return fc.letrec<{ whole: Predicate; atom: Predicate }>((tie) => ({
    atom,
    whole: fc.oneof({ maxDepth: 4, depthSize: 'large' },
      tie('atom'),
      fc.tuple(tie('whole'), fc.constantFrom('&&', '||', '->', '=='), tie('whole')).map(([a, op, b]) => ({
        text: `(${a.text}) ${op} (${b.text})`,
        holds: (s: State) => {
          const [x, y] = [a.holds(s), b.holds(s)];
          return op === '&&' ? x && y : op === '||' ? x || y : op === '->' ? !x || y : x === y;
        },
      })),
      tie('whole').map((a) => ({ text: `!(${a.text})`, holds: (s: State) => !a.holds(s) })),
    ),
  })).whole;
}
