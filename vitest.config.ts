import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Vitest leaves a core to itself; on two that would be half of the machine.
    maxWorkers: '100%',
  },
});
