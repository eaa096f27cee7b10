/** By state: the state it was first reached from. */
export class Parents {
  private ids = new Int32Array(1024);
  private count = 0;

  get bytes(): number {
    return this.ids.byteLength;
  }

  push(parent: number): void {
    if (this.count === this.ids.length) {
      const longer = new Int32Array(2 * this.ids.length);
      longer.set(this.ids);
      this.ids = longer;
    }
    this.ids[this.count++] = parent;
  }

  /** The states from the first one to `id`, each the parent of the next. */
  lineage(id: number): number[] {
    const path: number[] = [];
    for (let s = id; s >= 0; s = this.ids[s]!) path.push(s);
    return path.reverse();
  }
}
