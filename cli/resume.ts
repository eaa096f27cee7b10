/** `pterace resume <checkpoint>`: goes on with a search that was interrupted. */
import { openCheckpoint } from '../schedules/checkpoint-read.ts';
import { UsageError } from '../schedules/errors.ts';
import { caseNamed } from './cases.ts';
import { answer, builtWorld, type AnswerFlags } from './check.ts';
import type { ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { checkpointOption, defined, limits, type LimitFlags } from './search-flags.ts';

export interface ResumeFlags extends LimitFlags, AnswerFlags {
  readonly workers?: number;
  readonly checkpointEvery?: number;
}

/** Limits are those of this command line; what is searched is as it was. Checkpoints go on being written to the same file. */
export async function resume(file: string, flags: ResumeFlags, host: Host, io: Io): Promise<ExitCode> {
  const { scenario, properties } = openCheckpoint(file).header;
  const found = caseNamed(await host.scenarios(scenario), scenario);
  if (found === null) throw new UsageError(`the checkpoint ${file} is of '${scenario}', a scenario that is no longer there (pterace list shows all)`);
  const options = {
    ...limits(flags), ...defined({ workers: flags.workers, properties: properties ?? undefined }),
    ...checkpointOption(file, flags.checkpointEvery, scenario), resume: file,
  };
  return answer(builtWorld(found, host), options, flags, host, io);
}
