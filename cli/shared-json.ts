/**
 * JSON in which what occurs more than once is written once, and is one object when it is read: five in six of the expressions and places of
 * a lowered world occur before. A list of values, each made of earlier ones, the last of which is the whole: an array is a list of
 * their numbers, and begins with -1, or with the number of the list of its keys if it stands for an object.
 */

/** Stands where an object has the number of its keys. */
const NO_KEYS = -1;

type Primitive = string | number | boolean | null;
type Row = readonly number[];

/** Of plain data, of which it keeps what JSON does. */
export function sharedJson(whole: unknown): string {
  const texts: string[] = [];
  const known = new Map<string, number>();
  const numbered = (text: string): number => known.get(text) ?? known.set(text, texts.push(text) - 1).get(text)!;
  const add = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return numbered(JSON.stringify(value));
    if (Array.isArray(value)) return numbered(JSON.stringify([NO_KEYS, ...value.map(add)]));
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return numbered(JSON.stringify([add(fields.map(([key]) => key)), ...fields.map(([, field]) => add(field))]));
  };
  add(whole);
  return `[${texts.join(',')}]`;
}

/** @throws Error for what is no such text. */
export function parseSharedJson(text: string): unknown {
  const values: unknown[] = [];
  for (const row of JSON.parse(text) as readonly (Primitive | Row)[]) values.push(Array.isArray(row) ? made(row as Row, values) : row);
  return values.at(-1);
}

function made([keys, ...fields]: Row, values: readonly unknown[]): unknown {
  if (keys === NO_KEYS) return fields.map((n) => values[n]);
  const names = values[keys!] as readonly string[];
  const object: Record<string, unknown> = {};
  for (const [i, n] of fields.entries()) object[names[i]!] = values[n];
  return object;
}
