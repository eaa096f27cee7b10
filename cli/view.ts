/** `pterace view <trace|scenario>`: the run in a browser, as one file or from a server that can walk elsewhere. */
import { writeFile } from 'node:fs/promises';
import { UsageError } from '../schedules/errors.ts';
import { renderPage } from '../viewer/page.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun } from './failing-run.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ViewJson } from './json-view.ts';
import { pageData, type Shown } from './view-page.ts';

export interface ViewFlags {
  readonly output?: string;
  readonly screenshot?: string;
  readonly serve?: boolean;
  readonly port?: number;
  readonly json?: boolean;
}

export async function view(source: string, flags: ViewFlags, host: Host, io: Io): Promise<ExitCode> {
  refuseUnclear(flags);
  if (flags.serve === true) return (await import('./view-serve.ts')).serve(source, flags, host, io);
  const { case: found, graph, trace } = await loadRun(source, host, io);
  const shown: Shown = { case: found, graph, schedule: trace.schedule };
  const html = await renderPage(await pageData(shown, false, host));
  if (flags.output !== undefined) await save(flags.output, html);
  if (flags.screenshot !== undefined) await (await import('./view-screenshot.ts')).screenshot(html, flags.screenshot, io.signal);
  const { property, conjunct } = trace.breakage;
  const answer: ViewJson = {
    scenario: found.id, property, conjunct, steps: trace.schedule.length,
    page: flags.output === undefined ? null : { file: flags.output, bytes: Buffer.byteLength(html) },
    screenshot: flags.screenshot ?? null,
  };
  if (flags.json === true) printJson(io, answer);
  else if (!io.quiet) for (const file of [flags.output, flags.screenshot]) if (file !== undefined) io.err(`written to ${file}\n`);
  return EXIT.ok;
}

function refuseUnclear({ output, screenshot, serve, port, json }: ViewFlags): void {
  if (serve !== true && port !== undefined) throw new UsageError('--port only means something with --serve');
  if (serve === true && (output ?? screenshot) !== undefined) throw new UsageError('--serve writes no file: leave -o and --screenshot out');
  if (serve === true && json === true) throw new UsageError('--serve answers in the browser: it has no --json');
  if (serve !== true && (output ?? screenshot) === undefined) throw new UsageError('say where the page goes: -o race.html, --screenshot race.png, or --serve');
}

/** @throws UsageError */
async function save(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    throw new UsageError(`cannot write the page: ${(error as Error).message}`);
  }
}
