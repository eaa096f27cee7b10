/** A record that is saved while it grows: a long run that is stopped leaves what it found. */

/** Milliseconds between two writes. */
const SAVE_EVERY = 5000;

/** By id. */
export class Book<R> {
  private records: Readonly<Record<string, R>>;
  private readonly save: (records: Readonly<Record<string, R>>) => Promise<void>;
  private saved = performance.now();
  private writing: Promise<void> = Promise.resolve();

  constructor(records: Readonly<Record<string, R>>, save: (records: Readonly<Record<string, R>>) => Promise<void>) {
    this.records = records;
    this.save = save;
  }

  note(id: string, record: R): void {
    this.records = { ...this.records, [id]: record };
    if (performance.now() - this.saved < SAVE_EVERY) return;
    this.saved = performance.now();
    this.write();
  }

  /** Without worlds that are no more. */
  close(ids: ReadonlySet<string>): Promise<void> {
    this.records = Object.fromEntries(Object.entries(this.records).filter(([id]) => ids.has(id)));
    this.write();
    return this.writing;
  }

  /** One write after the other. */
  private write(): void {
    const { records } = this;
    this.writing = this.writing.then(() => this.save(records));
  }
}
