/** The hash of words that every set of states uses, as numbers: code that computes it is generated in two languages. */

/** What a hash begins with. */
export const SEED = 0x2545f491;
/** For each word: xor with it, times this, xor with itself shifted right: a bijection, so that words of any pattern spread. */
export const MIX = { factor: 0x9e3779b1, shift: 15 } as const;
/** After the last word: xor with itself shifted right, and times this if there is one. */
export const FINISH = [{ shift: 16, factor: 0x85ebca6b }, { shift: 13, factor: 0xc2b2ae35 }, { shift: 16, factor: null }] as const;

/** JavaScript that takes the value of `word` into the hash `h`. */
export function mixing(word: string): string {
  return `h = Math.imul(h ^ ${word}, ${MIX.factor}); h ^= h >>> ${MIX.shift};`;
}

/** JavaScript that finishes the hash `h`. */
export const FINISHING = FINISH.map(({ shift, factor }) => `h ^= h >>> ${shift};${factor === null ? '' : ` h = Math.imul(h, ${factor});`}`).join(' ');
