/** A rule as a TLA+ action: what it needs, what each variable becomes, and which stay. */
import type { Dialect } from './export-expr.ts';
import type { Rule } from './export-graph.ts';
import { versionsOf, type Definition } from './export-ssa.ts';
import { tlaDialect, truth, value } from './tla-expr.ts';

interface Named {
  readonly name: string;
  text: string;
}

/** `stands` says where its thread is; `variables` are all of the module, program counters included. */
export function actionText(name: string, rule: Rule, stands: string, variables: readonly string[]): string {
  const d = tlaDialect(rule.where);
  const { definitions, last, checks } = versionsOf(rule);
  const scratch = new Set(rule.scratch.map((s) => s.name));
  // What ends in a variable breaks TypeOK there.
  const ends = new Set([...last.values()]);
  const checked = checks.filter((c) => !ends.has(c.name) || scratch.has(c.name.slice(0, c.name.lastIndexOf('__'))));
  const changed = variables.filter((v) => last.has(v));
  const conjuncts: Named[] = [
    ...checked.map((c) => ({ name: '', text: `Assert(${c.when.x === 'num' ? '' : `${truth(c.when, d)} => `}${c.name} \\in 0..${c.size - 1}, "out of range")` })),
    ...changed.map((v) => ({ name: `${v}'`, text: last.get(v)! })),
  ];
  const kept = inlined(definitions.map((x) => ({ name: x.name, text: definitionText(x, d) })), conjuncts);
  const same = variables.filter((v) => !last.has(v));
  const becomes = [
    ...conjuncts.map((c) => `/\\ ${c.name === '' ? '' : `${c.name} = `}${c.text}`),
    ...(same.length === 0 ? [] : [`/\\ UNCHANGED <<${same.join(', ')}>>`]),
  ];
  return [`\\* ${rule.where}`, `${name} ==`, `  /\\ ${stands}`, ...waits(rule, d), ...bound(kept, becomes)].join('\n');
}

function waits({ waits: guard }: Rule, d: Dialect): string[] {
  return guard.x === 'num' && guard.value !== 0 ? [] : [`  /\\ ${truth(guard, d)}`];
}

/** The conjuncts, under the definitions that they share. */
function bound(kept: readonly Named[], conjuncts: readonly string[]): string[] {
  if (kept.length === 0) return conjuncts.map((c) => `  ${c}`);
  const definitions = kept.map((k, i) => `  ${i === 0 ? '/\\ LET ' : '       '}${k.name} == ${k.text}`);
  return [...definitions, ...conjuncts.map((c, i) => `  ${i === 0 ? '   IN  ' : '       '}${c}`)];
}

function definitionText(x: Definition, d: Dialect): string {
  switch (x.kind) {
    case 'number': return value(x.value, d);
    case 'truth': return truth(x.value, d);
    case 'text': return `"${x.text}"`;
    case 'store': return `[${x.of} EXCEPT ![${value(x.index, d)}] = ${value(x.value, d)}]`;
    case 'meet': return `IF ${truth(x.test, d)} THEN ${x.then} ELSE ${x.else}`;
  }
}

/** What is used once goes where it is used, what is never used goes; the rest is returned. Users come after. */
function inlined(definitions: readonly Named[], users: readonly Named[]): Named[] {
  const kept: Named[] = [];
  for (const x of [...definitions].reverse()) {
    const pattern = new RegExp(`\\b${x.name}\\b`, 'g');
    const places = [...kept, ...users].flatMap((u) => (u.text.match(pattern) ?? []).map(() => u));
    const [only] = places;
    if (only === undefined) continue;
    if (places.length > 1) kept.unshift(x);
    else only.text = only.text.replace(pattern, () => (simple(x.text) || only.text === x.name ? x.text : `(${x.text})`));
  }
  return kept;
}

/** Needs no brackets anywhere. */
function simple(text: string): boolean {
  return /^(\w+|"\w+"|\[[^[\]]*\])$/.test(text);
}
