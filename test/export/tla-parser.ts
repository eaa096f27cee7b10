/**
 * A parser of TLA+ where it is installed: npm install --no-save --ignore-scripts --omit=peer @tlaplus/tree-sitter-tlaplus web-tree-sitter.
 * No dependency of ours: it weighs 27 MB and builds native code where there is none ready.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

interface Node {
  readonly type: string;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly startPosition: { readonly row: number };
  readonly children: readonly Node[];
}

interface TreeSitter {
  readonly Parser: { new(): { setLanguage(l: unknown): void; parse(text: string): { readonly rootNode: Node; delete(): void } }; init(): Promise<void> };
  readonly Language: { load(file: string): Promise<unknown> };
}

/** Lines with syntax errors; null when no parser is installed. */
export async function parser(): Promise<((module: string) => number[]) | null> {
  const { resolve } = createRequire(import.meta.url);
  let [grammar, library] = ['', ''];
  try {
    grammar = resolve('@tlaplus/tree-sitter-tlaplus/tree-sitter-tlaplus.wasm');
    library = resolve('web-tree-sitter');
  } catch {
    return null;
  }
  const { Parser, Language } = (await import(pathToFileURL(library).href.replace(/\.cjs$/, '.js'))) as TreeSitter;
  await Parser.init();
  const one = new Parser();
  one.setLanguage(await Language.load(grammar));
  return (module) => {
    const tree = one.parse(module);
    const lines = errors(tree.rootNode);
    tree.delete();
    return lines;
  };
}

function errors(node: Node): number[] {
  if (node.type === 'ERROR' || node.isMissing) return [node.startPosition.row + 1];
  return node.hasError ? node.children.flatMap(errors) : [];
}
