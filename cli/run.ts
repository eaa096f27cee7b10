/** The process around the commands: terminal, Ctrl-C, pipes. */
import { DEFAULT_WIDTH } from '../counterexamples/columns.ts';
import { EXIT } from './exit.ts';
import { realHost, type Host } from './host.ts';
import type { Io } from './io.ts';
import { main } from './main.ts';

/** Runs the command line; the answer is the exit code. */
export async function run(argv: readonly string[], host: Host = realHost): Promise<number> {
  const { stdout, stderr, stdin, env } = process;
  const abort = new AbortController();
  process.on('SIGINT', () => {
    // A second Ctrl-C does not wait for the search to notice the first.
    if (abort.signal.aborted) process.exit(EXIT.incomplete);
    abort.abort();
  });
  // `pterace list | head` closes the pipe early; that is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') stderr.write(`pterace: cannot write standard output: ${error.message}\n`);
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.usage);
  });
  // Nobody reads the progress: no reason to stop.
  stderr.on('error', () => undefined);
  const io: Io = {
    out: (chunk) => void stdout.write(chunk),
    err: (chunk) => void stderr.write(chunk),
    // Few commands read any.
    input: async () => (await import('node:stream/consumers')).text(stdin),
    width: (stdout.isTTY && stdout.columns) || DEFAULT_WIDTH,
    color: wantsColor(env, stdout.isTTY),
    live: stderr.isTTY && env['TERM'] !== 'dumb',
    quiet: false,
    signal: abort.signal,
  };
  return main(argv, host, io);
}

/** As no-color.org and force-color.org say: the variable counts unless it is empty. */
function wantsColor(env: NodeJS.ProcessEnv, terminal: boolean | undefined): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  // Node leaves isTTY undefined for a pipe.
  return terminal === true && env['TERM'] !== 'dumb';
}
