/** Writes the trace of every scenario that breaks, and removes those of scenarios that do not: `npx tsx counterexamples/recorded/generate.ts`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { broken, fileOf, freshTrace } from './traces.ts';

const folder = import.meta.dirname;
const written = new Set<string>();
for (const scenario of broken) {
  const trace = await freshTrace(scenario);
  if (trace === null) throw new Error(`${scenario.id} is declared to break and does not`);
  const file = path.join(folder, fileOf(scenario.id));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(trace, null, 2)}\n`);
  written.add(file);
}
const there = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name));
for (const file of there) if (file.endsWith('.json') && !written.has(file)) rmSync(file);
process.stdout.write(`${written.size} traces written\n`);
