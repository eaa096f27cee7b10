/** Names that other languages accept: letters, digits and underscores, no keyword, no name twice. */

/** Keywords and predefined names of Promela, of Murphi, of the C that both become, and of TLA+; Murphi's do not mind capitals. */
const RESERVED = new Set([
  'active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan cond d_step d_steps do else empty enabled end eval',
  'false fi for full get_priority goto hidden if in init inline int len local ltl mtype nempty never nfull notrace np_ od of pc_value',
  'pid print printf printm priority proctype provided return run select set_priority short show skip timeout trace true typedef',
  'unless unsigned xr xs now',
  'alias array as assume begin by boolean case clear const cover elseif elsif endalias endexists endfor endforall endfunction endif',
  'endprocedure endrecord endrule endruleset endstartstate endswitch endwhile enum error exists external flip forall function import',
  'interleaved invariant isundefined liveness put procedure property record rule ruleset scalarset startstate switch then to type',
  'undefine undefined union var while process program put multiset real traceuntil theorem',
  'auto char continue default double extern float inline long register restrict signed sizeof static struct void volatile main',
  'uchar uint ushort state trans checked_value',
  'action assumption axiom boolean by choose constant constants corollary def define defs domain except extends have hide instance int lambda',
  'lemma local module nat new obvious omitted only other pick proof proposition prove qed recursive string subset suffices take temporal',
  'unchanged use variable variables witness with vars spec next typeok bitand bitor branch',
].join(' ').split(' '));

export class Names {
  private readonly taken = new Set<string>();

  /** A name as near to the one wanted as the languages allow, and given to nobody else. */
  unique(wanted: string): string {
    const plain = identifier(wanted);
    let name = plain;
    // Murphi tools that fold capitals must not confuse two names either.
    for (let n = 2; this.taken.has(name.toLowerCase()); n++) name = `${plain}_${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}

/** Underscores in front belong to Spin (`_pid`, `_last`); `$` marks what the model did not name itself. */
function identifier(wanted: string): string {
  const plain = wanted.replace(/^\$/, 'latched_').replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'x';
  // WF_ and SF_ are TLA+'s fairness.
  const begun = /^[0-9]|^[ws]f_/i.test(plain) ? `x${plain}` : plain;
  return RESERVED.has(begun.toLowerCase()) ? `${begun}_` : begun;
}
