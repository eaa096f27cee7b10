/** A claim of a mailing-list thread, and the scenarios that settle it. Types only. */

/** The threads the project grew from, by what they are about. */
export type Thread =
  /** Jérôme Glisse, "[LSF/MM/BPF TOPIC] Generic page write protection". */
  | '000'
  /** Peter Collingbourne, "mm: introduce reference pages", 2020. */
  | '001'
  /** Jérôme Glisse, "Small step toward KSM for file back page", 2020. */
  | '002'
  /** Thomas Hellström, write-protect and clean helpers of an address-space range, 2019. */
  | '003'
  /** Peter Zijlstra, "tracking dirty pages -v5", and David Howells' page_mkwrite, 2006. */
  | '004';

/** What a claim stands on: without it the claim is false, and this is the failing case that shows it. */
export interface Assumption {
  readonly what: string;
  /** `<scenario id>#<mutant>`, or the id of a scenario that fails. */
  readonly without: string;
}

export interface Claim {
  /** `seed-004/lameter-sigbus-suffices`: accepted wherever a scenario's id is, for the first of `scenarios`. */
  readonly id: string;
  readonly thread: Thread;
  /** Catalogue entry, `A4.2`. */
  readonly entry: string;
  /** Who made it; `derived` where nobody in the thread did. */
  readonly by: string;
  /** ISO day of the message. */
  readonly date: string;
  /** One sentence, in our words or a short quotation. */
  readonly claim: string;
  /**
   * `true`: the first scenario holds. `false`: the first scenario fails, and its shortest trace is the refutation.
   * `conditional`: the first scenario holds, and each assumption has a failing case.
   */
  readonly verdict: 'true' | 'false' | 'conditional';
  /** Ids; the first settles the claim, the others show more of it. */
  readonly scenarios: readonly string[];
  readonly assumptions?: readonly Assumption[];
  /** Why the verdict, and how far it reaches: a few sentences. */
  readonly why: string;
  /** Nobody in the thread said it. `sure`: how sure we are that a kernel would do it, and why. */
  readonly new?: { readonly sure: string };
}
