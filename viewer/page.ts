/** One HTML file that needs nothing else: script, style and data are in it, and a policy keeps everything else out. */
import { createHash } from 'node:crypto';
import { bundle, type Bundle } from './bundle.ts';
import type { PageData } from './data.ts';

export async function renderPage(data: PageData): Promise<string> {
  return assemble(data, await bundle());
}

export function assemble(data: PageData, { script, style }: Bundle): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(data.walk, { script, style })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeText(`${data.scenario.id} – pterace`)}</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page shows its trace with a script; pterace replay shows it in a terminal.</noscript>
<script id="data" type="application/json">${embed(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Only this script and this style run; only a page that was served may ask its server. */
function policy(served: boolean, { script, style }: Bundle): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, ...(served ? ["connect-src 'self'"] : []), "base-uri 'none'", "form-action 'none'",
  ].join('; ');
}

/** JSON that cannot end its script element, nor begin a comment. */
function embed(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
