/** HTML files that need nothing else: script and style are in them, and a policy keeps everything else out. */
import { createHash } from 'node:crypto';
import type { Bundle } from './bundle.ts';

export interface HtmlPage extends Bundle {
  /** Plain text. */
  readonly title: string;
  /** Elements of the body before the script, one a line. */
  readonly body: string;
  /** It was served and may ask its server. */
  readonly served: boolean;
}

export function htmlPage({ title, body, script, style, served }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(served, { script, style })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
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

/** For text and for attributes in double quotes. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
