import { grown } from '../grown.ts';

/** By state: the state it was first reached from. */
export class Parents {
  private ids = new Int32Array(1024);

  get bytes(): number {
    return this.ids.byteLength;
  }

  set(id: number, parent: number): void {
    if (id >= this.ids.length) this.ids = grown(this.ids, id + 1);
    this.ids[id] = parent;
  }

  /** The states from the first one to `id`, each the parent of the next. */
  lineage(id: number): number[] {
    const path: number[] = [];
    for (let s = id; s >= 0; s = this.ids[s]!) path.push(s);
    return path.reverse();
  }
}
