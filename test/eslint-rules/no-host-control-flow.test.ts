import path from 'node:path';
import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, it } from 'vitest';
import rule from '../../eslint-rules/no-host-control-flow.js';

RuleTester.describe = describe;
RuleTester.it = it;

const fixtures = path.join(import.meta.dirname, 'fixtures');
const filename = path.join(fixtures, 'model/kernel/snippet.ts');
const tester = new RuleTester({
  languageOptions: { parser: tseslint.parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: fixtures, disallowAutomaticSingleRunInference: true } },
});

const head = `
  import type { Bool, Held, Place, Value } from '../language/types.ts';
  declare const pte: Value<'pte'>; declare const old: Value<'pte'>; declare const flag: Bool; declare const held: Held;
  declare const cell: Place<'pte'>; declare const maybe: Bool | undefined; declare const host: boolean; declare const count: number;
`;
const snippet = (code: string): { code: string; filename: string } => ({ code: `${head}${code}`, filename });
const bad = (code: string, what: string, cure: string): { code: string; filename: string; errors: { message: string }[] } =>
  ({ ...snippet(code), errors: [{ message: `${what} is not a value of this program: write ${cure}` }] });

const value = 'a recorded value';
const test = 'If(…), While(…) or select(…)';

tester.run('no-host-control-flow', rule, {
  valid: [
    snippet('if (maybe !== undefined) { void 0; }'),
    snippet('void (maybe === null ? flag : maybe ?? flag);'),
    snippet('if (host && count === 3) { void 0; }'),
    snippet('const list = [pte, old]; void (list.length > 1 ? list : []);'),
    snippet("interface Value2 { x: number } declare const other: Value2 | null; if (other) { void 0; }"),
    snippet("{ interface Value<T> { t: T } const own = null as Value<string> | null; if (own) { void 0; } }"),
  ],
  invalid: [
    bad('if (flag) { void 0; }', value, test),
    bad('void (flag ? 1 : 2);', value, test),
    bad('while (held) { void 0; }', value, test),
    bad('void !flag;', value, 'not(…)'),
    bad('void (maybe && host);', value, 'and(…)'),
    bad('void (host || flag);', value, 'or(…)'),
    { ...snippet('void (pte === old);'), errors: 2 },
    { ...snippet('void (cell === (pte as unknown));'), errors: 1 },
    bad('if (maybe) { void 0; }', value, test),
    { ...snippet('void (pte < old);'), errors: 2 },
    bad('switch (pte) { default: }', value, test),
  ],
});
