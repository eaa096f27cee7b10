// First module of a worker thread of mutate.
import { load } from './load.cjs';

const { judgeTask } = await load('cli/mutation-worker.ts');
export default judgeTask;
