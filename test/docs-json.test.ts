import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schemaFiles } from '../docs/json/schemas.ts';

it.each(schemaFiles())('docs/json/%s is up to date (npm run schemas)', (name, text) => {
  expect(readFileSync(new URL(`../docs/json/${name}`, import.meta.url), 'utf8')).toBe(text);
});
