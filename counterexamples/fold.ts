/** Folding and padding of text that may hold colour codes. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Lines of at most `width`; those after the first are indented by `hang` more than the first. */
export function fold(text: string, width: number, indent = 0, hang = 2): string[] {
  const room = Math.max(8, width - indent - hang);
  const [first = '', ...rest] = wrapAnsi(text, Math.max(8, width - indent), { hard: true, trim: true }).split('\n');
  if (rest.length === 0) return [' '.repeat(indent) + first];
  // Folded again as one text, because a hanging line has less room than the first.
  const tail = wrapAnsi(rest.join(' '), room, { hard: true, trim: true }).split('\n');
  return [' '.repeat(indent) + first, ...tail.map((line) => ' '.repeat(indent + hang) + line)];
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
