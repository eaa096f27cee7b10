/** Decisions read off a list of numbers in which 0 always means the simplest alternative, so that shrinking simplifies. */
import fc from 'fast-check';

export class Numbers {
  protected at = 0;
  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** 0 … n-1. */
  protected pick(n: number): number {
    return (this.numbers[this.at++] ?? 0) % n;
  }

  protected list<T>(n: number, make: (i: number) => T): T[] {
    return Array.from({ length: n }, (_, i) => make(i));
  }
}

/** What `make` decodes from so many numbers. */
export function decoded<T>(length: number, make: (numbers: readonly number[]) => T): fc.Arbitrary<T> {
  return fc.noBias(fc.array(fc.nat({ max: 2 ** 20 }), { minLength: length, maxLength: length })).map(make);
}
