/** Mermaid's own parser, and what it understood. */
import { Window } from 'happy-dom';

// Mermaid cleans titles with the help of a browser's window, which it looks for when it is loaded.
Object.assign(globalThis, { window: new Window() });
const { default: mermaidParser } = await import('mermaid');

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
export async function readMermaid(text: string): Promise<Diagram> {
  const { diagramType } = await mermaidParser.parse(text);
  if (diagramType !== 'sequence') throw new Error(`Mermaid takes it for ${diagramType}`);
  const { db: read } = await internals.getDiagramFromText(text);
  const texts = read.getMessages().map((m) => m.message).filter((m): m is string => typeof m === 'string' && m !== '' && !m.startsWith('rgb('));
  return { texts: texts.map(decoded), participants: [...read.getActors().values()].map((a) => decoded(a.description)) };
}

/** Mermaid marks entities so while it parses: `ﬂ°°59¶ß` for `#59;`. */
function decoded(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
