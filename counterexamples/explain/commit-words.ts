/** What the parts of a commit text share. */

/** As git and the kernel's checkpatch.pl want it. */
export const COMMIT_WIDTH = 72;

/** What the text names besides the run. */
export interface Subject {
  readonly scenario: string;
  readonly title: string;
  readonly kernel: string;
  /** String that replays the run. */
  readonly replay: string;
}

/** What a statement calls, without the name that it binds: the value follows. */
export function statement(said: string): string {
  return said.replace(/^\w+ = (?=\w+\()/, '');
}
