/** Runs the commands that the documents show, as a reader would, in the root of the repository. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '..');

/** Node warns of FORCE_COLOR beside NO_COLOR, and into a pipe nothing is coloured anyway. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'FORCE_COLOR' && name !== 'NO_COLOR'));

/** The commands that a document may show; anything else is a mistake in the document. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'npx pterace': ['bin/pterace.cjs'],
  'npx tsx': ['--import', 'tsx'],
};

/** Outputs of the commands, run one after the other; `echo $?` answers with the exit code of the one before. */
export async function runCommands(commands: readonly string[]): Promise<string[]> {
  const outputs: string[] = [];
  let code = 0;
  for (const command of commands) {
    if (command === 'echo $?') {
      outputs.push(String(code));
      continue;
    }
    const ended = await runCommand(command);
    outputs.push(ended.output);
    code = ended.code;
  }
  return outputs;
}

async function runCommand(command: string): Promise<{ readonly code: number; readonly output: string }> {
  const program = Object.keys(PROGRAMS).find((name) => command === name || command.startsWith(`${name} `));
  if (program === undefined) throw new Error(`a document shows a command that is not run: ${command}`);
  const args = [...PROGRAMS[program]!, ...words(command.slice(program.length))];
  return atMost(() => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
    let output = '';
    child.stdout.on('data', (chunk) => { output += String(chunk); });
    child.stderr.on('data', (chunk) => { output += String(chunk); });
    child.on('error', reject);
    child.on('close', (code) => { resolve({ code: code ?? -1, output: output.trimEnd() }); });
  }));
}

/** Splits at blanks outside single quotes. */
function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

const PARALLEL = 3;
let running = 0;
const waiting: (() => void)[] = [];

async function atMost<T>(task: () => Promise<T>): Promise<T> {
  if (running >= PARALLEL) await new Promise<void>((go) => { waiting.push(go); });
  running++;
  try {
    return await task();
  } finally {
    running--;
    waiting.shift()?.();
  }
}
