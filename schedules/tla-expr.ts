/** Expressions of TLA+: integers without end, no bits, and truths that are no numbers. */
import { UsageError } from './errors.ts';
import { printNumber, printTruth, unwrap, type Dialect, type X } from './export-expr.ts';

const OPS: Dialect['ops'] = {
  not: '~', and: '/\\', or: '\\/', eq: '=', ne: '#', lt: '<', le: '<=', add: '+', sub: '-', bitand: '&', bitor: '|', shl: '<<', shr: '>>',
};

type Op = X & { readonly x: 'op' };

/** `where` is said of what TLA+ cannot express. */
export function tlaDialect(where: string): Dialect {
  const dialect: Dialect = {
    ops: OPS,
    conditional: (test, then, otherwise) => `(IF ${unwrap(test)} THEN ${then} ELSE ${otherwise})`,
    variable: (name) => name,
    index: (_, index) => unwrap(printNumber(index, dialect)),
    at: (pc, node, stands) => `(${pc} ${stands ? '=' : '#'} "${node}")`,
    asNumber: (truth) => `(IF ${unwrap(truth)} THEN 1 ELSE 0)`,
    asTruth: (value) => `(${value} # 0)`,
    true: 'TRUE',
    false: 'FALSE',
    operation: (e) => bits(e, dialect, where),
  };
  return dialect;
}

/**
 * \div rounds down and % is never negative, which makes them shifts and masks of negative numbers too. BitAnd comes to an
 * end when one of the two is not negative.
 * @throws UsageError where both may be.
 */
function bits(e: Op, d: Dialect, where: string): string | null {
  if (e.op === 'add' || e.op === 'sub') return null;
  const [a, b] = e.args as readonly [X, X];
  const [left, right] = [printNumber(a, d), printNumber(b, d)];
  const amount = b.x === 'num' ? b.value : null;
  switch (e.op) {
    case 'shl': return `(${left} * ${amount === null ? `(2^${right})` : 2 ** amount})`;
    case 'shr': return `(${left} \\div ${amount === null ? `(2^${right})` : 2 ** amount})`;
    case 'bitand': return amount !== null && isMask(amount) ? `(${left} % ${amount + 1})` : call('BitAnd', e, d, where);
    default: return call('BitOr', e, d, where);
  }
}

/** All its bits are the lowest: 1, 3, 7 and so on. */
function isMask(n: number): boolean {
  return n > 0 && (n & (n + 1)) === 0;
}

function call(operator: string, { args }: Op, d: Dialect, where: string): string {
  if (!args.some(natural)) throw new UsageError(`cannot export ${where}: TLA+ has no bits of two numbers that may both be negative`);
  return `${operator}(${args.map((a) => value(a, d)).join(', ')})`;
}

/** Never negative, as far as its form shows. */
function natural(e: X): boolean {
  switch (e.x) {
    case 'num': return e.value >= 0;
    case 'cond': return natural(e.then) && natural(e.else);
    case 'at': case 'truth': case 'var': return true;
    case 'op': return naturalOperation(e);
  }
}

function naturalOperation({ op, args }: Op): boolean {
  switch (op) {
    case 'bitand': return args.some(natural);
    case 'bitor': case 'add': return args.every(natural);
    case 'shl': case 'shr': return natural(args[0]!);
    case 'sub': return false;
    default: return true;
  }
}

/** Definitions of the operators above, for a module that uses them; no variable has the name of a parameter. */
export const BIT_OPERATORS = [
  'RECURSIVE BitAnd(_, _)',
  'BitAnd(x__1, x__2) ==',
  '  IF x__1 = 0 \\/ x__2 = 0 THEN 0 ELSE (x__1 % 2) * (x__2 % 2) + 2 * BitAnd(x__1 \\div 2, x__2 \\div 2)',
  'BitOr(x__1, x__2) == (x__1 + x__2) - BitAnd(x__1, x__2)',
].join('\n');

export const truth = (e: X, d: Dialect): string => unwrap(printTruth(e, d));
export const value = (e: X, d: Dialect): string => unwrap(printNumber(e, d));
