/** Reads a trace file's text. */
import { TraceRefused } from './refused.ts';
import { traceSchema, type Trace } from './trace-schema.ts';

/** @throws TraceRefused (malformed), with the place in the file. */
export function parseTrace(text: string, from: string): Trace {
  const parsed = traceSchema.safeParse(parseJson(text, from));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue === undefined || issue.path.length === 0 ? 'top level' : issue.path.map(String).join('.');
  throw new TraceRefused('malformed', `${from}: not a version 1 pterace trace, at ${at}: ${issue?.message ?? 'invalid'}`);
}

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as SyntaxError).message;
    const position = /at position (\d+)/.exec(message)?.[1];
    throw new TraceRefused('malformed', `${from}${position === undefined ? '' : lineAndColumn(text, Number(position))}: not JSON (${message})`);
  }
}

function lineAndColumn(text: string, position: number): string {
  const lines = text.slice(0, position).split('\n');
  return `:${lines.length}:${lines.at(-1)!.length + 1}`;
}
