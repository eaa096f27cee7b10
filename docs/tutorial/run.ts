/** `npx tsx docs/tutorial/run.ts broken|repaired|mutant|idle|listing`: what docs/tutorial.md shows. */
import { check, listing, lower, recheck, renderClosing, renderColumns, style, type Program } from 'pterace';
import { forgetful, world } from './dirty-bit.ts';

// #region report
async function report(program: Program): Promise<void> {
  const graph = lower(program);
  const result = await check(graph);
  console.log(`${result.verdict}, ${result.states} states`);
  for (const name of result.unreached) console.log(`never reached: ${name}`);
  for (const p of result.neverTruePremises) console.log(`premise never true: ${p.property}/${p.conjunct}`);
  if (result.schedule === null) return;
  const { moments, breakage } = recheck(graph, result.schedule);
  const plain = style({ color: false });
  console.log(`\n${renderColumns(graph, moments, 88, plain)}\n\n${renderClosing(breakage, 88, plain)}`);
}
// #endregion

function list(program: Program): void {
  for (const p of program.procs.filter(({ name }) => name === 'collect_dirty' || name === 'program_store')) console.log(listing(p, program, 70));
}

const parts: Readonly<Record<string, () => Promise<void> | void>> = {
  broken: () => report(world({ repaired: false })),
  repaired: () => report(world({ repaired: true })),
  mutant: () => report(forgetful),
  idle: () => report(world({ repaired: true, stores: 0 })),
  listing: () => { list(world({ repaired: false })); },
};

await parts[process.argv[2] ?? 'broken']?.();
