/** The page of one run, with its data in it. */
import { bundle, type Bundle } from './bundle.ts';
import type { PageData } from './data.ts';
import { htmlPage } from './html.ts';

const SCRIPT = new URL('client/main.tsx', import.meta.url);
const STYLE = new URL('style.css', import.meta.url);

export async function renderPage(data: PageData): Promise<string> {
  return assemble(data, await pageBundle());
}

export function pageBundle(): Promise<Bundle> {
  return bundle(SCRIPT, STYLE);
}

export function assemble(data: PageData, bundled: Bundle): string {
  const body = `<div id="app"></div>
<noscript>This page shows its trace with a script; pterace replay shows it in a terminal.</noscript>
<script id="data" type="application/json">${embed(data)}</script>`;
  return htmlPage({ ...bundled, title: `${data.scenario.id} – pterace`, body, served: data.walk });
}

/** JSON that cannot end its script element, nor begin a comment. */
function embed(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
