/** The words of a predicate. */
import { refuse, type Span } from './error.ts';

export interface Token extends Span {
  readonly kind: 'name' | 'number' | 'sign' | 'end';
  readonly text: string;
}

/** Longer signs first: `<=` is not `<` and then `=`. */
const WORD = /(?<name>[A-Za-z_$][A-Za-z0-9_$]*)|(?<number>\d+)|(?<sign>&&|\|\||->|==|!=|<=|>=|[!<>()[\].,:+-])/y;

/** What people write who think of C or of mathematics, and what it is here. */
const INSTEAD: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||', '∧': '&&', '∨': '||', '¬': '!', '~': '!' };

/** White space, line ends included, only separates. The last token is the end. @throws UsageError */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    WORD.lastIndex = at;
    const groups = WORD.exec(text)?.groups;
    if (groups === undefined) refuseCharacter(text, at);
    const kind = groups['name'] !== undefined ? 'name' : groups['number'] !== undefined ? 'number' : 'sign';
    found.push({ kind, text: groups[kind]!, start: at, end: WORD.lastIndex });
    at = WORD.lastIndex;
  }
  return [...found, { kind: 'end', text: 'the end', start: text.length, end: text.length + 1 }];
}

function refuseCharacter(text: string, at: number): never {
  const char = String.fromCodePoint(text.codePointAt(at)!);
  const instead = INSTEAD[char];
  refuse(text, { start: at, end: at + char.length }, `'${char}' means nothing in a predicate${instead === undefined ? '' : `; here it is '${instead}'`}`);
}
