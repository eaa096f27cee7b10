/** Arrays that grow as they fill. */

/** A copy of at least `length`, and at least twice as long. */
export function grown(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(Math.max(length, from.length * 2));
  bigger.set(from);
  return bigger;
}
