import { fileURLToPath } from 'node:url';
import path from 'node:path';
import type { Loc } from './ir.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');

/** Frames of these folders are the tool's, never the author's. */
const machinery = here + path.sep;

/**
 * Where the author's code called into the language: the first stack frame outside model/language.
 * Error.stack is source-mapped by tsx and by vitest, so lines are those of the TypeScript file.
 */
export function callerLoc(): Loc {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  for (const line of stack.split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?\/[^()]*?|[A-Za-z]:\\[^()]*?|file:\/\/[^()]*?):(\d+):\d+\)?$/.exec(line.trim());
    if (!match) continue;
    const file = toPath(match[1] as string);
    if (file.startsWith(machinery)) continue;
    return { file: path.relative(root, file).split(path.sep).join('/'), line: Number(match[2]) };
  }
  return { file: '(unknown)', line: 0 };
}

function toPath(frame: string): string {
  const file = frame.startsWith('file://') ? fileURLToPath(frame) : frame;
  return file.replace(/\?.*$/, '');
}
