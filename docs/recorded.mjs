/**
 * Prints the recorded program of every scenario as JSON, by id. A process of its own, from the stripped sources: locating
 * every recorded statement takes three times as long where source maps are looked up (tsx, vitest).
 */
import { load } from '../bin/load.mjs';

const { scenarios } = await load('model/scenarios/index.ts');
process.stdout.write(JSON.stringify(Object.fromEntries(scenarios.map((s) => [s.id, s.build()]))));
