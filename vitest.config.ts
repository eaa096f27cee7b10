import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Vitest leaves a core to itself; on two that would be half of the machine.
    maxWorkers: '100%',
    // To load the model takes longer than most files of tests: one process loads it once. What a test changes for all it must put back.
    isolate: false,
  },
});
