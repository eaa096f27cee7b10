/** The index of the races in a real Chromium. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CorpusData, RaceData } from '../../viewer/corpus/data.ts';
import { indexPage } from '../../viewer/corpus/page.ts';
import { browser, missing } from './chromium.ts';
import { fileFor } from './pages.ts';

const one = { case: 'fake/unlocked', verdict: 'violated', property: 'I2', steps: 4, states: 12, kernel: '2.6.19', catalogueSteps: 6, lengthNote: 'Locks are steps.' };
const race: RaceData = {
  id: 'b98-first', entry: 'B98', title: 'One of two updates is lost', subsystem: 'writeback', affected: { since: '2.6.19', fixed: '3.0' }, cve: null,
  commits: [{ hash: '0123456789ab', subject: 'mm: take the lock', release: '3.0', author: 'A. Hacker' }], procedures: ['page_mkclean'], ingredients: ['TLB', 'page lock'],
  broken: [one], repaired: [{ ...one, case: 'fake/locked', verdict: 'holds', property: null, steps: null, states: 1234 }],
  controls: [{ ...one, what: 'both must', case: 'fake/locked#no-lock' }], notes: 'Looked up.', about: 'Two updates.', repair: null, rule: 'A store is allowed.',
  trace: '  1 │ user_store'.padEnd(300, '.'), patches: ['--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y'], differs: '1 procedure differs',
};
const data: CorpusData = {
  races: [race, { ...race, id: 'b99-second', entry: 'B99', title: 'Another', subsystem: 'tlb', cve: 'CVE-2016-0099', affected: { since: '4.3', fixed: null }, broken: [{ ...one, property: 'I10' }], ingredients: ['TLB'], procedures: ['try_to_unmap'] }],
  leftOut: [{ entry: 'B97', title: 'Nobody knows', reason: 'Nobody looked.' }],
  groups: { writeback: 'Dirty tracking', tlb: 'TLB flushes', swap: 'Swap' },
};

const open = browser();

async function written(name: string, shown: CorpusData): Promise<string> {
  const file = fileFor(name);
  writeFileSync(file, await indexPage(shown));
  return pathToFileURL(file).href;
}

const shown = (page: Page): Promise<string[]> => page.locator('.race:visible .entry').allTextContents();

describe.skipIf(missing)('the index of the races', () => {
  it('filters, alone and together, and asks the network for nothing', async () => {
    const url = await written('races.html', data);
    const { page, complaints, requests } = await open();
    await page.goto(url);
    expect(await shown(page)).toEqual(['B98', 'B99']);
    expect(await page.locator('section h2').allTextContents()).toEqual(['Dirty tracking 1', 'TLB flushes 1', 'Left out 1']);
    for (const [field, value, left] of [
      ['group', 'tlb', ['B99']], ['cve', 'any', ['B99']], ['cve', 'CVE-2016-0099', ['B99']], ['property', 'I2', ['B98']], ['ingredient', 'page lock', ['B98']], ['ingredient', 'TLB', ['B98', 'B99']],
    ] as const) {
      await page.locator(`[name=${field}]`).selectOption(value);
      expect([field, value, await shown(page)]).toEqual([field, value, left]);
      await page.getByRole('button', { name: 'Clear' }).click();
    }
    for (const [text, left] of [['2.6.32', ['B98']], ['v3.0', []], ['4.18', ['B99']], ['4', ['B98', 'B99']]] as const) {
      await page.locator('[name=kernel]').fill(text);
      expect([text, await shown(page)]).toEqual([text, left]);
    }
    expect(await page.locator('#kernel-says').textContent()).toMatch(/^not a release/);
    await page.locator('[name=text]').fill('hacker MKCLEAN');
    expect(await shown(page)).toEqual(['B98']);
    await page.locator('[name=group]').selectOption('tlb');
    expect([await shown(page), await page.locator('#none').isVisible(), await page.locator('#count').textContent()]).toEqual([[], true, '0 of 2']);
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.locator('#count').textContent()).toBe('2 of 2');
    expect([requests, complaints]).toEqual([[url], []]);
  });

  it('goes by keys, and opens the race of the address', async () => {
    const { page } = await open();
    await page.goto(`${await written('races.html', data)}#b99-second`);
    expect(await page.locator('#b99-second pre').first().isVisible()).toBe(true);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    expect(await page.locator('#b98-first h3').allTextContents()).toEqual(['The race', 'The repair', 'What was searched', 'Notes']);
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.evaluate('document.activeElement.parentElement.id')).toBe('b98-first');
    await page.keyboard.press('/');
    await page.keyboard.type('another j');
    expect(await shown(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await shown(page)).toEqual(['B98', 'B99']);
  });

  it('is a list without its script', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    await page.goto(await written('races.html', data));
    expect([await shown(page), await page.locator('#filters').isVisible()]).toEqual([['B98', 'B99'], false]);
  });

  it('shows a hostile name as text', async () => {
    const name = '<img src=x onerror="alert(1)">"\'&amp;</script>';
    const { page, complaints, requests } = await open();
    const hostile: RaceData = { ...race, title: name, cve: name, notes: name, about: name, repair: name, rule: name, trace: name, patches: [name], procedures: [name], broken: [{ ...one, case: name, property: name, lengthNote: name }] };
    await page.goto(await written('hostile.html', { ...data, races: [hostile], leftOut: [{ entry: name, title: name, reason: name }] }));
    await page.locator('summary').click();
    expect([await page.locator('.title').textContent(), await page.locator('pre').first().textContent(), await page.locator('img').count()]).toEqual([name, name, 0]);
    expect([requests.length, complaints]).toEqual([1, []]);
  });

  it.each([['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]] as const)('is accessible and does not scroll sideways: %s, %i', async (colorScheme, width) => {
    const { page } = await open({ viewport: { width, height: 840 }, colorScheme, bypassCSP: true });
    await page.goto(await written('races.html', data));
    for (const line of await page.locator('summary').all()) await line.click();
    await page.locator('[name=kernel]').fill('4');
    await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8') });
    expect(await page.evaluate("axe.run().then((found) => found.violations.map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`))")).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const before = await ground();
    await page.getByRole('button', { name: /^Switch to/ }).click();
    expect(await ground()).not.toBe(before);
  });
});
