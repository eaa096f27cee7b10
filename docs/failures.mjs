/**
 * Prints the failing runs of the scenarios named on the command line as JSON, by id: the text that `replay` prints.
 * Recorded traces are replayed; what was not recorded, or of another model, is searched. A process of its own, as
 * docs/recorded.mjs is.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { load } from '../bin/load.mjs';

const WIDTH = 100;
const RECORDED = path.join(import.meta.dirname, '..', 'counterexamples', 'recorded');

const [{ loadTrace }, { examine }, { findCase }, { renderTrace }, { realHost }, { encodeShort }, { TraceRefused }] = await Promise.all(
  ['cli/failing-run.ts', 'cli/examine.ts', 'cli/cases.ts', 'cli/check.ts', 'cli/host.ts', 'counterexamples/short.ts', 'counterexamples/refused.ts'].map(load),
);
const io = { err: () => undefined, width: WIDTH, color: false, live: false, quiet: true, signal: new AbortController().signal };

async function failure(id) {
  const file = path.join(RECORDED, `${id}.json`);
  if (!existsSync(file)) return search(id);
  try {
    return await loadTrace(file, realHost, io);
  } catch (error) {
    if (error instanceof TraceRefused) return search(id);
    throw error;
  }
}

async function search(id) {
  const { graph, trace } = await examine(findCase(await realHost.scenarios(), id), realHost, {});
  if (trace === null) throw new Error(`nothing fails in ${id}`);
  return { graph, trace };
}

const texts = {};
for (const id of process.argv.slice(2)) {
  const { graph, trace } = await failure(id);
  texts[id] = renderTrace(graph, trace, encodeShort(id, graph.hash, trace.schedule, trace.breakage.lasso?.start), {}, io);
}
process.stdout.write(JSON.stringify(texts));
