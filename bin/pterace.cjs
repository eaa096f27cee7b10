#!/usr/bin/env node
// Runs the TypeScript sources as they are: no build step. CommonJS, as all that a start needs: Node's loader of ES modules takes 2 MB.
const { setFlags } = require('./flags.cjs');
const { load } = require('./load.cjs');

setFlags();
load('cli/run.ts').then(({ run }) => run(process.argv.slice(2))).then((code) => { process.exitCode = code; });
