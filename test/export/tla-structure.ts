/** What is wrong with a TLA+ module as far as its text shows: an empty list when nothing is. Written for the modules that we export. */

const RESERVED = new Set([
  'ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN',
  'INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE SF_ STRING SUBSET SUFFICES TAKE',
  'THEN THEOREM TRUE UNCHANGED UNION USE VARIABLE VARIABLES WF_ WITH WITNESS STATE ACTION TEMPORAL',
].join(' ').split(' '));
/** Of the modules Integers and TLC, operators with letters, and what stands for parameters. */
const STANDARD = new Set(['Integers', 'TLC', 'Assert', 'div', 'in', '_', '_vars']);

interface Definition {
  readonly name: string;
  readonly body: string;
}

export function faults(module: string): string[] {
  const text = bare(module);
  const variables = [...(/VARIABLES([^]*?)\n\n/.exec(text)?.[1] ?? '').matchAll(/\w+/g)].map(([name]) => name);
  const definitions = [...text.matchAll(/^(\w+)(?:\(\w+, \w+\))? ==((?:\n|.)*?)(?=\n\n|\n\w)/gm)].map(([, name = '', body = '']): Definition => ({ name, body }));
  const names = [...variables, ...definitions.map((d) => d.name)];
  return [
    ...(variables.length === 0 ? ['no variables'] : []),
    ...names.filter((n, i) => names.indexOf(n) !== i).map((n) => `${n} is defined twice`),
    ...names.filter((n) => RESERVED.has(n) || !/^[A-Za-z]\w*$/.test(n) || /^[WS]F_/.test(n)).map((n) => `${n} is no name`),
    ...unbalanced(text),
    ...unknownNames(text, new Set(names)),
    ...definitions.filter((d) => d.body.includes("'") || d.body.includes('UNCHANGED')).flatMap((d) => unsettled(d, variables)),
    ...(text.trimEnd().endsWith('='.repeat(70)) ? [] : ['no end']),
  ];
}

/** Without comments, and with every string as one letter. */
function bare(module: string): string {
  return module.replace(/\\\*.*$/gm, '').replace(/"[^"\n]*"/g, '""');
}

function unbalanced(text: string): string[] {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>>': '<<', THEN: 'IF', ELSE: 'THEN', IN: 'LET' };
  const wrong: string[] = [];
  for (const [token] of text.matchAll(/<<|>>|[()[\]{}]|\b(?:IF|THEN|ELSE|LET|IN)\b/g)) {
    if (['(', '[', '{', '<<', 'IF', 'LET'].includes(token)) open.push(token);
    else if (open.pop() !== pairs[token]) wrong.push(`${token} closes nothing`);
    if (token === 'THEN') open.push('THEN');
  }
  return [...wrong, ...open.map((o) => `${o} is not closed`)];
}

/** Definitions inside LET, parameters and bound variables are told by their two underscores. */
function unknownNames(text: string, known: ReadonlySet<string>): string[] {
  const used = new Set([...text.matchAll(/(?<!\w)[A-Za-z_]\w*/g)].map(([name]) => name));
  return [...used].filter((n) => !known.has(n) && !RESERVED.has(n) && !STANDARD.has(n) && !local(n, text) && !text.includes(` MODULE ${n} `)).map((n) => `${n} is not declared`);
}

function local(name: string, text: string): boolean {
  return name.includes('__') && new RegExp(`\\b${name} ==|\\b${name} \\\\in|\\(${name}, |, ${name}\\) ==`).test(text);
}

/** Variables that an action neither changes nor leaves alone, or more than once. */
function unsettled({ name, body }: Definition, variables: readonly string[]): string[] {
  const primed = [...body.matchAll(/\/\\ (\w+)' = /g)].map(([, v = '']) => v);
  const same = [...body.matchAll(/UNCHANGED <<([^>]*)>>/g)].flatMap(([, list = '']) => list.split(', '));
  const settled = [...primed, ...same];
  const elsewhere = (body.match(/'/g) ?? []).length - primed.length;
  return [
    ...variables.filter((v) => settled.filter((s) => s === v).length !== 1).map((v) => `${name}: ${v} is settled ${settled.filter((s) => s === v).length} times`),
    ...(elsewhere === 0 ? [] : [`${name}: ${elsewhere} primes that settle nothing`]),
  ];
}
