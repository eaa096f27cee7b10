/** The rules of Apalache's ADR-015 for a trace file. */
import { z } from 'zod';

type Expr = string | number | boolean | Expr[] | { [key: string]: Expr | Expr[] | [Expr, Expr][] };

const special = (name: string, inner: z.ZodType): z.ZodType => z.strictObject({ [name]: inner });

/** Booleans are in no rule of the text, but in its tools and their traces. */
export const exprSchema: z.ZodType<Expr> = z.lazy(() => z.union([
  z.string(),
  z.boolean(),
  z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER),
  z.array(exprSchema),
  special('#bigint', z.string().regex(/^-?[0-9]+$/)),
  special('#tup', z.array(exprSchema)),
  special('#set', z.array(exprSchema)),
  special('#map', z.array(z.tuple([exprSchema, exprSchema]))),
  z.record(z.string().regex(/^[^#]/), exprSchema),
])) as z.ZodType<Expr>;

const traceSchema = z.strictObject({
  '#meta': z.record(z.string(), z.unknown()).optional(),
  params: z.array(z.string()).optional(),
  vars: z.array(z.string().regex(/^[^#]/)),
  states: z.array(z.record(z.string(), z.unknown())),
  loop: z.int().nonnegative().optional(),
});

export type ItfState = Readonly<Record<string, unknown>> & { readonly '#meta': Readonly<Record<string, unknown>> };

/** The states; every one must have a value for every variable, and nothing else. @throws Error for a file that breaks a rule */
export function readItf(text: string): ItfState[] {
  const { vars, states, loop } = traceSchema.parse(JSON.parse(text));
  if (new Set(vars).size !== vars.length) throw new Error('a variable is named twice');
  if (loop !== undefined && loop >= states.length) throw new Error('the loop starts after the last state');
  return states.map(({ '#meta': meta, ...values }, i) => {
    const names = Object.keys(values).sort().join();
    if (names !== [...vars].sort().join()) throw new Error(`state ${i} has ${names}`);
    for (const value of Object.values(values)) exprSchema.parse(value);
    return { '#meta': z.record(z.string(), z.unknown()).parse(meta ?? {}), ...values };
  });
}
