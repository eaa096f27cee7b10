/** A picture of the page, taken by a Chromium that runs without a window. */
import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../schedules/errors.ts';

/** Programs that take screenshots the same way, as the systems call them. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const MAC = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
/** CSS pixels. */
const SIZE = '1280,840';
/** Milliseconds that a screenshot may take. */
const PATIENCE = 60_000;

/** @throws UsageError without a Chromium, or when it takes no picture */
export async function screenshot(html: string, file: string, signal: AbortSignal): Promise<void> {
  const program = await findChromium();
  const folder = await mkdtemp(path.join(tmpdir(), 'pterace-view-'));
  try {
    const page = path.join(folder, 'page.html');
    await writeFile(page, html);
    const said = await run(program, [
      '--headless', '--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
      // As root Chromium refuses to run with its sandbox; the page is our own and loads nothing.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${path.join(folder, 'profile')}`, `--window-size=${SIZE}`, `--screenshot=${path.resolve(file)}`, pathToFileURL(page).href,
    ], signal);
    if (!(await isFresh(file))) throw new UsageError(`${program} took no picture: ${said.trim().split('\n').at(-1) ?? ''}`);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function isFresh(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && found.size > 0 && Date.now() - found.mtimeMs < PATIENCE * 2;
}

/** @throws UsageError */
async function findChromium(): Promise<string> {
  const named = process.env['PTERACE_CHROMIUM'];
  if (named) {
    if (await isProgram(named)) return named;
    throw new UsageError(`PTERACE_CHROMIUM is ${named}, which is no program`);
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const candidate of [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...MAC]) {
    if (await isProgram(candidate)) return candidate;
  }
  throw new UsageError(`a screenshot needs Chromium or Chrome: none of ${NAMES.join(', ')} is in PATH, and PTERACE_CHROMIUM does not name one`);
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(() => true, () => false);
}

/** What it said on standard error. */
function run(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, timeout: PATIENCE });
    let said = '';
    child.stderr.on('data', (chunk) => { said += String(chunk); });
    child.on('error', (error) => { reject(signal.aborted ? new UsageError('interrupted before the picture was taken') : error); });
    child.on('close', () => { resolve(said); });
  });
}
