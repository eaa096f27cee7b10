/** The recorded programs of all scenarios: what docs/model.md is made from and test/limits looks at. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Program } from '../model/language/ir.ts';

let known: ReadonlyMap<string, Program> | null = null;

/** By id of the scenario, in reading order. */
export function recordedPrograms(): ReadonlyMap<string, Program> {
  known ??= record();
  return known;
}

function record(): ReadonlyMap<string, Program> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'recorded.mjs')], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`the scenarios cannot be recorded: ${stderr}`);
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, Program>));
}
