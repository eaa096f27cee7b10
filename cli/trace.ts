/** `pterace trace <trace|scenario> --to <format>`: a failing run for other tools to show. */
import { FORMATS, type FormatName } from '../counterexamples/formats/formats.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun } from './failing-run.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { output } from './output.ts';
import { storyOf } from './story.ts';

export interface TraceFlags {
  readonly to: FormatName;
  readonly output?: string;
}

export async function traceTo(source: string, { to, output: file }: TraceFlags, host: Host, io: Io): Promise<ExitCode> {
  const write = await FORMATS[to]();
  const story = storyOf(await loadRun(source, host, io));
  await output(file, write(story), io);
  return EXIT.ok;
}
