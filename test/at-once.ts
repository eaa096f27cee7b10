/** A reporter of vitest that prints what failed as soon as it has: the others do so at the end, which a run that is cut short never sees. */
import type { Reporter, TestCase } from 'vitest/node';

export default class AtOnce implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state !== 'failed') return;
    process.stderr.write(`FAILED ${test.module.relativeModuleId} > ${test.fullName}\n`);
    for (const { message, stack } of errors) process.stderr.write(`${stack ?? message}\n`);
  }
}
