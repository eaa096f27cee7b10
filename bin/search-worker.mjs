// First module of a thread of a parallel search.
import { load } from './load.mjs';

const { serve } = await load('schedules/parallel-worker.ts');
serve();
