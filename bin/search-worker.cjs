// First module of a thread of a parallel search.
const { load } = require('./load.cjs');

load('schedules/parallel-worker.ts').then(({ serve }) => serve());
