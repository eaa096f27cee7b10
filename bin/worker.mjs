// First module of a worker thread of verify.
import { load } from './load.mjs';

const { work } = await load('cli/crew-worker.ts');
export default work;
