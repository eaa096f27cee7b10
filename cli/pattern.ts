/** A pattern of the command line as a regular expression, whatever the case of letters: `*` stands for anything. */
export function patternExpression(pattern: string, at: 'anywhere' | 'beginning' = 'anywhere'): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(at === 'beginning' ? `^${literal}` : literal, 'i');
}
