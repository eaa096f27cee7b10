/**
 * Prints as JSON what must be recorded and run to be known of the races, by id: the failing run of each, as `replay` prints it, what
 * it is made of, and the repair as a diff. A process of its own, as docs/recorded.mjs is.
 */
import { load } from '../../bin/load.cjs';
import { failure, host, shown } from '../failing.mjs';

const [{ findCase }, { difference, patches, whatDiffers }, { touched }, { ingredientsIn }] = await Promise.all(
  ['cli/cases.ts', 'cli/diff.ts', 'counterexamples/touched.ts', 'model/races/ingredients.ts'].map(load),
);
const CONTEXT = 3;
const scenarios = await host.scenarios();

/** What the broken property says; null for a deadlock. */
function ruleOf({ graph, trace }) {
  return [...graph.properties, ...(graph.progress ?? [])].find((p) => p.name === trace.breakage.property)?.prose ?? null;
}

async function facts({ id, broken: [first] }) {
  const run = await failure(first);
  const found = await difference(id, undefined, CONTEXT, host);
  return {
    trace: shown(first, run),
    ingredients: ingredientsIn(touched(run.graph, findCase(scenarios, first).build(), run.trace.schedule)),
    rule: ruleOf(run),
    patches: patches(found),
    differs: `Between ${found.from.id} and ${found.to.id}, ${whatDiffers(found)}`,
  };
}

const all = {};
for (const race of await host.races()) all[race.id] = await facts(race);
process.stdout.write(JSON.stringify(all));
