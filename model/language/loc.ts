import { fileURLToPath } from 'node:url';
import path from 'node:path';
import type { Loc } from './ir.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');

/** Frames of these folders are the tool's, never the author's. */
const machinery = here + path.sep;
const MACHINERY = 'model/language/';
const UNKNOWN: Loc = { file: '(unknown)', line: 0 };

/** Places that were looked up, by where they are in the code as it runs: mapping a stack to the sources is slow. */
const mappedPlaces = new Map<string, Loc>();
/** By the name of a script: whether frames of it are passed over. */
const passedOver = new Map<string, boolean>();
const FEW = 8;
const MANY = 24;

/** One of the scripts that the sources were put together into (bin/bundle.mjs). */
interface Bundle {
  /** Where a piece of it comes from, by its offset; null where nobody's source is. */
  readonly place: (offset: number) => Loc | null;
  /** Places that were looked up, by offset; null where a frame is passed over. */
  readonly known: Map<number, Loc | null>;
}

/** By the name of the script. */
const bundles = new Map<string, Bundle>();

/** This module and those that it is called by are in scripts; this is the name of one. */
export function bundled(script: string, place: Bundle['place']): void {
  bundles.set(script, { place, known: new Map() });
}

/** Where the author's code called into the language: the first stack frame outside model/language. */
export function callerLoc(): Loc {
  return bundles.size === 0 ? mappedLoc() : (bundledLoc(FEW) ?? bundledLoc(MANY) ?? UNKNOWN);
}

function bundledLoc(frames: number): Loc | null {
  for (const site of sites(frames)) {
    const bundle = bundles.get(site.getScriptNameOrSourceURL() ?? '');
    if (bundle === undefined) continue;
    const { known, place } = bundle;
    const offset = site.getPosition();
    let loc = known.get(offset);
    if (loc === undefined) {
      const found = place(offset);
      loc = found?.file.startsWith(MACHINERY) === true ? null : found;
      known.set(offset, loc);
    }
    if (loc !== null) return loc;
  }
  return null;
}

/** Error.stack is source-mapped by tsx and by vitest, so lines are those of the TypeScript file. */
function mappedLoc(): Loc {
  const key = callSite(FEW) ?? callSite(MANY) ?? '';
  let loc = mappedPlaces.get(key);
  if (loc === undefined) {
    loc = withLimit(MANY, () => mapped(new Error().stack ?? ''));
    if (key !== '') mappedPlaces.set(key, loc);
  }
  return loc;
}

/** File, line and column of that frame as the code runs, not mapped, if it is among the topmost `frames`. */
function callSite(frames: number): string | undefined {
  const site = sites(frames).find((s) => !isPassedOver(s.getScriptNameOrSourceURL() ?? ''));
  return site && `${site.getScriptNameOrSourceURL() ?? ''}:${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`;
}

function sites(frames: number): readonly NodeJS.CallSite[] {
  const stack: { stack?: readonly NodeJS.CallSite[] } = {};
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (_, callSites) => callSites;
  withLimit(frames, () => { Error.captureStackTrace(stack, callerLoc); });
  // The trace is put together when it is read.
  const found = stack.stack ?? [];
  if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
  return found;
}

function isPassedOver(script: string): boolean {
  let over = passedOver.get(script);
  if (over === undefined) {
    over = !/^(\/|file:|[A-Za-z]:\\)/.test(script) || toPath(script).startsWith(machinery);
    passedOver.set(script, over);
  }
  return over;
}

function withLimit<T>(frames: number, does: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  try {
    return does();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function mapped(stack: string): Loc {
  for (const line of stack.split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?\/[^()]*?|[A-Za-z]:\\[^()]*?|file:\/\/[^()]*?):(\d+):\d+\)?$/.exec(line.trim());
    if (!match) continue;
    const file = toPath(match[1] as string);
    if (file.startsWith(machinery)) continue;
    return { file: path.relative(root, file).split(path.sep).join('/'), line: Number(match[2]) };
  }
  return UNKNOWN;
}

function toPath(frame: string): string {
  const file = frame.startsWith('file://') ? fileURLToPath(frame) : frame;
  return file.replace(/\?.*$/, '');
}
