/** Why a trace is not shown. */
export type Refusal = 'malformed' | 'unknown' | 'stale' | 'impossible' | 'unbroken';

/** A trace that does not stand up to the re-check; the message is for the user. */
export class TraceRefused extends Error {
  override readonly name = 'TraceRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}
