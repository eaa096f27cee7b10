import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import noHostControlFlow from './eslint-rules/no-host-control-flow.js';

export default defineConfig(
  { ignores: ['node_modules/', 'coverage/', 'test/eslint-rules/fixtures/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An index that was just checked, or that the lowering proved, needs no second check at run time.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // Step functions and the visited set are generated for each model: that is what makes them fast.
    files: ['schedules/compile.ts', 'schedules/visited.ts'],
    rules: { '@typescript-eslint/no-implied-eval': 'off', '@typescript-eslint/no-unsafe-call': 'off' },
  },
  {
    // Type names are carried in type parameters that appear once.
    files: ['model/language/**'],
    rules: { '@typescript-eslint/no-unnecessary-type-parameters': 'off', '@typescript-eslint/no-invalid-void-type': 'off' },
  },
  {
    files: ['bench/**', 'docs/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['model/kernel/**/*.ts', 'model/machine/**/*.ts', 'model/classics/**/*.ts', 'model/scenarios/**/*.ts', 'properties/**/*.ts'],
    plugins: { pterace: { rules: { 'no-host-control-flow': noHostControlFlow } } },
    rules: { 'pterace/no-host-control-flow': 'error' },
  },
);
