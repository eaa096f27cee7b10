/**
 * Failing runs for the documents, from the sources as the command runs them. Recorded traces are replayed; what was not recorded,
 * or of another model, is searched.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { load } from '../bin/load.cjs';

const WIDTH = 100;
const RECORDED = path.join(import.meta.dirname, '..', 'counterexamples', 'recorded');

const [{ loadTrace }, { examine }, { findCase }, { renderTrace }, { realHost }, { encodeShort }, { TraceRefused }] = await Promise.all(
  ['cli/failing-run.ts', 'cli/examine.ts', 'cli/cases.ts', 'cli/render-trace.ts', 'cli/host.ts', 'counterexamples/short.ts', 'counterexamples/refused.ts'].map(load),
);
const io = { err: () => undefined, width: WIDTH, color: false, live: false, quiet: true, signal: new AbortController().signal };

/** Records each scenario once, however often it is built. */
export const host = { ...realHost, scenarios: once(async () => (await realHost.scenarios()).map((s) => ({ ...s, build: once(() => s.build()) }))) };

function once(make) {
  let made;
  return () => (made ??= make());
}

/** The case's graph and its shortest failing run, re-checked. */
export async function failure(id) {
  const file = path.join(RECORDED, `${id}.json`);
  if (!existsSync(file)) return search(id);
  try {
    return await loadTrace(file, host, io);
  } catch (error) {
    if (error instanceof TraceRefused) return search(id);
    throw error;
  }
}

async function search(id) {
  const { graph, trace } = await examine(findCase(await host.scenarios(), id), host, {});
  if (trace === null) throw new Error(`nothing fails in ${id}`);
  return { graph, trace };
}

/** As `replay` prints it. */
export function shown(id, { graph, trace }) {
  return renderTrace(graph, trace, encodeShort(id, graph.hash, trace.schedule, trace.breakage.lasso?.start), {}, io);
}
