/** The script and the style of a page, bundled when it is made: there is no build step. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Browsers of 2024 and later. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];
const SHARED = { bundle: true, minify: true, write: false, target: TARGET, legalComments: 'none' } as const;

export async function bundle(scriptFile: URL, styleFile: URL): Promise<Bundle> {
  const [script, style] = await Promise.all([
    build({ ...SHARED, entryPoints: [fileURLToPath(scriptFile)], format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' }),
    build({ ...SHARED, entryPoints: [fileURLToPath(styleFile)] }),
  ]);
  return { script: script.outputFiles[0]!.text.trim(), style: style.outputFiles[0]!.text.trim() };
}
