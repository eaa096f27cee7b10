/**
 * Prints the recorded program of every scenario, or of those named, as JSON by id. A process of its own, from the sources as the
 * command runs them: locating every recorded statement takes three times as long where source maps are looked up (tsx, vitest).
 */
import { load } from '../bin/load.cjs';

const { scenarios } = await load('model/scenarios/index.ts');
const asked = process.argv.slice(2);
const shown = scenarios.filter((s) => asked.length === 0 || asked.includes(s.id));
process.stdout.write(JSON.stringify(Object.fromEntries(shown.map((s) => [s.id, s.build()]))));
