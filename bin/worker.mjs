// First module of a worker thread of verify.
import { load } from './load.cjs';

const { work, hash } = await load('cli/crew-worker.ts');
export default work;
export { hash };
