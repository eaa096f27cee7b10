#!/usr/bin/env node
// Runs the TypeScript sources as they are: no build step.
import { setFlags } from './flags.mjs';
import { load } from './load.mjs';

setFlags();
const { run } = await load('cli/run.ts');
process.exitCode = await run(process.argv.slice(2));
