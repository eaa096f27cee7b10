/** The script and the style of the page, bundled when a page is made: there is no build step. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const SCRIPT = new URL('client/main.tsx', import.meta.url);
const STYLE = new URL('style.css', import.meta.url);

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Browsers of 2024 and later. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

export async function bundle(): Promise<Bundle> {
  const css = await readFile(STYLE, 'utf8');
  const [script, style] = await Promise.all([
    build({
      entryPoints: [fileURLToPath(SCRIPT)],
      bundle: true, minify: true, write: false, format: 'iife', target: TARGET, legalComments: 'none',
      jsx: 'automatic', jsxImportSource: 'preact',
    }),
    transform(css, { loader: 'css', minify: true, target: TARGET }),
  ]);
  return { script: script.outputFiles[0]!.text.trim(), style: style.code.trim() };
}
