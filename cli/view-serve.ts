/** `pterace view --serve`: the page from this machine to this machine. What is walked is in each request, never here. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { UsageError } from '../schedules/errors.ts';
import { renderPage } from '../viewer/page.ts';
import { caseNamed } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun } from './failing-run.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { ask, type Reply } from './view-api.ts';
import { pageData, type Shown } from './view-page.ts';

const LOOPBACK = '127.0.0.1';
/** Bytes; a walk of some thousand steps is far below. */
const MOST_BODY = 1_000_000;

/** Until Ctrl-C. */
export async function serve(source: string, { port }: { readonly port?: number }, host: Host, io: Io): Promise<ExitCode> {
  const shown = await startOf(source, host, io);
  const html = await renderPage(await pageData(shown, true, host));
  const server = createServer((request, response) => { void answer(request, response, shown, html, host); });
  await listen(server, port ?? 0);
  io.out(`http://${LOOPBACK}:${portOf(server)}/\n`);
  if (!io.quiet) io.err('Ctrl-C ends it\n');
  if (!io.signal.aborted) await once(io.signal, 'abort');
  server.closeAllConnections();
  server.close();
  return EXIT.ok;
}

/** A scenario that is declared to hold is walked from its initial state; of any other the shortest failure is shown first. */
async function startOf(source: string, host: Host, io: Io): Promise<Shown> {
  const named = caseNamed(await host.scenarios(source), source);
  if (named?.expect.verdict === 'holds') return { case: named, graph: await host.lower(named.build()), schedule: [] };
  const { case: found, graph, trace } = await loadRun(source, host, io);
  return { case: found, graph, schedule: trace.schedule };
}

/** @throws UsageError */
async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something else listens there' : code === 'EACCES' ? 'no permission' : message;
    throw new UsageError(`cannot serve on port ${port}: ${why}`);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answer(request: IncomingMessage, response: ServerResponse, shown: Shown, html: string, host: Host): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => { gone.abort(); });
  const { status, type, body } = await replyTo(request, shown, html, host, gone.signal);
  response.writeHead(status, {
    'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin', 'content-security-policy': "frame-ancestors 'none'",
  });
  response.end(request.method === 'HEAD' ? '' : body);
}

interface Response {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function replyTo(request: IncomingMessage, shown: Shown, html: string, host: Host, signal: AbortSignal): Promise<Response> {
  const plain = (status: number, body: string): Response => ({ status, type: 'text/plain; charset=utf-8', body });
  if (!isOurs(request)) return plain(403, 'this server only answers its own page\n');
  const { method = '', url = '' } = request;
  if (method === 'GET' || method === 'HEAD') {
    if (url === '/') return { status: 200, type: 'text/html; charset=utf-8', body: html };
    return url === '/favicon.ico' ? plain(204, '') : plain(404, 'there is nothing here\n');
  }
  const [, question] = /^\/api\/(\w+)$/.exec(url) ?? [];
  if (method !== 'POST' || question === undefined) return plain(question === undefined ? 404 : 405, 'there is nothing here\n');
  // Other sites can send forms and text, but not this type.
  if (request.headers['content-type'] !== 'application/json') return plain(415, 'questions are application/json\n');
  const text = await bodyOf(request);
  const { status, value }: Reply = text === null ? { status: 413, value: { error: 'the question is too long' } } : await ask(question, text, shown, host, signal);
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** Another name for this address, as DNS rebinding makes, is not ours; neither is what another site's page asks. */
function isOurs({ headers, socket }: IncomingMessage): boolean {
  // Browsers leave the port of http away.
  const port = socket.localPort === 80 ? '' : `:${socket.localPort}`;
  const own = [`${LOOPBACK}${port}`, `localhost${port}`];
  const { host = '', origin } = headers;
  return own.includes(host) && (origin === undefined || own.some((name) => origin === `http://${name}`));
}

/** Null when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BODY) chunks.push(chunk);
  }
  return size > MOST_BODY ? null : Buffer.concat(chunks).toString('utf8');
}
