/**
 * Where the pieces of a script come from, as a file: a line of JSON, the names of the sources, then two tables of 32-bit numbers:
 * where each piece begins, ascending, and for each its source and line as `source << 16 | line`, 0 for what is nobody's.
 */

/** Answers for an offset the source and line of the piece that it lies in, null for what is nobody's. */
exports.decode = function decode(file) {
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
};
