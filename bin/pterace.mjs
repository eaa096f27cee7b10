#!/usr/bin/env node
// Runs the TypeScript sources as they are: no build step.
import { register } from 'tsx/esm/api';

process.setSourceMapsEnabled(true);
register();
const { run } = await import('../cli/run.ts');
process.exitCode = await run(process.argv.slice(2));
