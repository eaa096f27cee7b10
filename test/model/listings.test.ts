/** The golden listings are what the model says now. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { goldenListings } from '../../model/listings/goldens.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'model', 'listings');
const COMMAND = 'if the model was meant to change, run: npx tsx model/listings/generate.ts';

const now = goldenListings();
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((f) => f.replaceAll(path.sep, '/')).filter((f) => f.endsWith('.c'));

test('there is a listing for each version and file', () => {
  expect(files.sort(), COMMAND).toEqual([...now.keys()].sort());
});

test.each(files)('%s is current', (file) => {
  expect(readFileSync(path.join(folder, file), 'utf8'), COMMAND).toBe(now.get(file));
});
