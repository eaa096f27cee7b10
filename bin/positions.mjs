/**
 * Where the pieces of a script come from, as a file: a line of JSON, the names of the sources, then two tables of 32-bit numbers:
 * where each piece begins, ascending, and for each its source and line as `source << 16 | line`, 0 for what is nobody's.
 */

/** Of what lies in these, no one asks for the place. */
const FOREIGN = /node_modules|^<stdin>$/;

/** From a source map of version 3. */
export function encode(script, { sources, mappings }) {
  const names = [''];
  const known = sources.map((name) => (FOREIGN.test(name) ? 0 : names.push(name) - 1));
  const starts = [];
  const places = [];
  for (const { offset, source, line } of segments(script, mappings)) {
    const place = known[source] === 0 ? 0 : known[source] << 16 | line;
    if (place === places.at(-1)) continue;
    starts.push(offset);
    places.push(place);
  }
  const head = Buffer.from(`${JSON.stringify({ names, pieces: starts.length })}\n`);
  return Buffer.concat([head, Buffer.alloc(-head.length & 3), bytes(starts), bytes(places)]);
}

const bytes = (numbers) => Buffer.from(Uint32Array.from(numbers).buffer);

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Offset in the script, number of the source, line in it counted from 1. */
function* segments(script, mappings) {
  let [lineStart, source, line] = [0, 0, 1];
  for (const row of mappings.split(';')) {
    let column = 0;
    for (const text of row === '' ? [] : row.split(',')) {
      const [columns, sources = 0, lines = 0] = numbers(text);
      column += columns;
      source += sources;
      line += lines;
      yield { offset: lineStart + column, source, line };
    }
    lineStart = script.indexOf('\n', lineStart) + 1;
  }
}

/** Numbers to the base of 32, the sign in the lowest bit, the sixth bit where more follows. */
function numbers(text) {
  const found = [];
  let [value, shift] = [0, 0];
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    found.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return found;
}

/** Answers for an offset the source and line of the piece that it lies in, null for what is nobody's. */
export function decode(file) {
  const end = file.indexOf('\n') + 1;
  const { names, pieces } = JSON.parse(file.toString('utf8', 0, end));
  const from = file.byteOffset + end + (-end & 3);
  const starts = new Uint32Array(file.buffer, from, pieces);
  const places = new Uint32Array(file.buffer, from + 4 * pieces, pieces);
  return (offset) => {
    let [low, high] = [0, pieces];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    const place = places[low];
    return place === 0 ? null : { file: names[place >>> 16], line: place & 0xffff };
  };
}
