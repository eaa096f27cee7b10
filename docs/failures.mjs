/**
 * Prints the shortest failures of the scenarios named on the command line as JSON, by id: the text that `replay` prints.
 * Recorded traces are replayed; what was not recorded, or of another model, is searched. A process of its own, as
 * docs/recorded.mjs is.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { load } from '../bin/load.mjs';

const WIDTH = 100;
const RECORDED = path.join(import.meta.dirname, '..', 'counterexamples', 'recorded');

const [{ loadRun, loadTrace }, { renderTrace }, { realHost }, { encodeShort }, { TraceRefused }] = await Promise.all(
  ['cli/failing-run.ts', 'cli/check.ts', 'cli/host.ts', 'counterexamples/short.ts', 'counterexamples/refused.ts'].map(load),
);
const io = { err: () => undefined, width: WIDTH, color: false, live: false, quiet: true, signal: new AbortController().signal };

async function failure(id) {
  const file = path.join(RECORDED, `${id}.json`);
  if (!existsSync(file)) return loadRun(id, realHost, io);
  try {
    return await loadTrace(file, realHost, io);
  } catch (error) {
    if (error instanceof TraceRefused) return loadRun(id, realHost, io);
    throw error;
  }
}

const texts = {};
for (const id of process.argv.slice(2)) {
  const { case: found, graph, trace } = await failure(id);
  texts[id] = renderTrace(graph, trace, encodeShort(found.id, graph.hash, trace.schedule), {}, io);
}
process.stdout.write(JSON.stringify(texts));
