/** sfc32: a small, fast, well-tested generator. The same seed gives the same walks everywhere. */
export class Prng {
  private a = 0;
  private b = 0;
  private c = 1;
  private counter = 1;

  /** Any 32-bit seed. */
  constructor(seed: number) {
    this.a = seed | 0;
    for (let i = 0; i < 15; i++) this.next();
  }

  /** A uniform integer 0 … n-1; n is 1 … 2^31. */
  below(n: number): number {
    return Math.floor(((this.next() >>> 0) / 2 ** 32) * n);
  }

  private next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t | 0;
    return t;
  }
}
