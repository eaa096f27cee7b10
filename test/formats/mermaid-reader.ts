/** Mermaid's own parser, and what it understood. */
import { Window } from 'happy-dom';

const window = new Window();

/** Mermaid cleans titles with the help of a browser's window, of which nobody else is to know: it looks for one when it is loaded, in parts. */
async function withWindow<T>(run: () => Promise<T>): Promise<T> {
  Object.assign(globalThis, { window });
  try {
    return await run();
  } finally {
    Reflect.deleteProperty(globalThis, 'window');
  }
}

const { default: mermaidParser } = await withWindow(() => import('mermaid'));

interface Database {
  getMessages(): readonly { readonly type: number; readonly message: unknown }[];
  getActors(): ReadonlyMap<string, { readonly description: string }>;
}

/** Deprecated for everybody else, and the only way to see what was understood. */
const internals = Reflect.get(mermaidParser, 'mermaidAPI') as unknown as { getDiagramFromText(text: string): Promise<{ readonly db: Database }> };

export interface Diagram {
  /** Texts of notes and arrows, in order. */
  readonly texts: readonly string[];
  readonly participants: readonly string[];
}

/** @throws Error where it does not parse */
export function readMermaid(text: string): Promise<Diagram> {
  return withWindow(() => read(text));
}

async function read(text: string): Promise<Diagram> {
  const { diagramType } = await mermaidParser.parse(text);
  if (diagramType !== 'sequence') throw new Error(`Mermaid takes it for ${diagramType}`);
  const { db } = await internals.getDiagramFromText(text);
  const texts = db.getMessages().map((m) => m.message).filter((m): m is string => typeof m === 'string' && m !== '' && !m.startsWith('rgb('));
  return { texts: texts.map(decoded), participants: [...db.getActors().values()].map((a) => decoded(a.description)) };
}

/** Mermaid marks entities so while it parses: `ﬂ°°59¶ß` for `#59;`. */
function decoded(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
