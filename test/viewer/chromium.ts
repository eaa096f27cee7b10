/** A real Chromium for the tests of the page. CI must have one; elsewhere the tests are skipped without, and say so. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const program = process.env['PTERACE_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));

export const missing = program === undefined && process.env['CI'] === undefined;
if (missing) console.warn('no Chromium (PTERACE_CHROMIUM, or /usr/bin/chromium): the tests of the page in a browser are skipped');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A page, with what went wrong on it and what it asked the network for. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** One browser a file; each page has a context of its own. */
export function browser(): (options?: BrowserContextOptions) => Promise<Watched> {
  let started: Browser | null = null;
  beforeAll(async () => {
    if (missing) return;
    if (program === undefined) throw new Error('CI needs a Chromium: PTERACE_CHROMIUM, or /usr/bin/chromium');
    started = await chromium.launch({ executablePath: program, args: FLAGS });
  }, 60_000);
  afterAll(async () => { await started?.close(); });
  return async (options = {}) => {
    const context = await started!.newContext({ viewport: { width: 1280, height: 840 }, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    // Sooner than the test itself gives up, so that it says what was waited for.
    page.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(error.message));
    context.on('request', (request) => requests.push(request.url()));
    return { page, complaints, requests };
  };
}
