/** Writes the file that bin/positions.cjs reads. Not beside it: what reads source maps is needed only when the script is made. */
import { decode as decodeMappings } from '@jridgewell/sourcemap-codec';

/** Of what lies in these, no one asks for the place. */
const FOREIGN = /node_modules|^<stdin>$/;

/** From a source map of version 3. */
export function encode(script, { sources, mappings }) {
  const names = [''];
  const known = sources.map((name) => (FOREIGN.test(name) ? 0 : names.push(name) - 1));
  const starts = [];
  const places = [];
  for (const { offset, source, line } of segments(script, mappings)) {
    // A segment of one number is of no source.
    const place = source === undefined || known[source] === 0 ? 0 : known[source] << 16 | line;
    if (place === places.at(-1)) continue;
    starts.push(offset);
    places.push(place);
  }
  const head = Buffer.from(`${JSON.stringify({ names, pieces: starts.length })}\n`);
  return Buffer.concat([head, Buffer.alloc(-head.length & 3), bytes(starts), bytes(places)]);
}

const bytes = (numbers) => Buffer.from(Uint32Array.from(numbers).buffer);

/** Offset in the script, number of the source, line in it counted from 1. */
function* segments(script, mappings) {
  let lineStart = 0;
  for (const row of decodeMappings(mappings)) {
    for (const [column, source, line] of row) yield { offset: lineStart + column, source, line: line + 1 };
    lineStart = script.indexOf('\n', lineStart) + 1;
  }
}
