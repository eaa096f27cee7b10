/** Walking a served scenario in a real Chromium. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { runFake } from '../fake.ts';
import { realHost } from '../../cli/host.ts';
import { browser, missing } from './chromium.ts';
import { serving } from './server.ts';

const open = browser();

describe.skipIf(missing)('a walk', () => {
  it('takes steps, undoes and redoes them, drops what followed, and shares its address', async () => {
    const { page, complaints, requests } = await open();
    const address = await serving(['dirty/b03-repaired']);
    await page.goto(address);
    const at = (): Promise<string | null> => page.locator('.transport output').textContent();
    const came = (text: string): Promise<void> => page.locator('.transport output', { hasText: text }).waitFor();
    expect(await at()).toBe('initial state of 0');
    await page.getByRole('button', { name: /CPU1 pdflush find_get_page/ }).click();
    await came('step 1 of 1');
    await page.getByRole('button', { name: 'CPU1 alone as far as it can' }).click();
    await came('step 20 of 20');
    await page.getByRole('button', { name: 'undo' }).click();
    await came('step 1 of 1');
    await page.getByRole('button', { name: 'redo' }).click();
    await came('step 20 of 20');
    await page.locator('.step').nth(1).click();
    await page.getByRole('button', { name: /CPU0 program0/ }).click();
    await came('step 3 of 3');
    expect(await page.locator('.step .said').first().textContent()).toContain('find_get_page');
    await page.getByRole('combobox', { name: 'Place' }).selectOption('pfn0.PG_dirty');
    await page.getByRole('button', { name: 'until this changes' }).click();
    await page.locator('.cell.changed', { hasText: 'PG_dirty' }).waitFor();
    await page.getByLabel('Predicate over the state').fill('pfn0.PG_locked == none && pfn0.data == 2');
    await page.keyboard.press('Enter');
    await page.locator('.cell', { hasText: 'PG_locked' }).getByText('none').waitFor();
    await page.getByRole('button', { name: 'until something breaks' }).click();
    await page.getByText('This cannot happen from here').waitFor();
    const steps = await at();
    expect(page.url()).toContain('#pterace:1:dirty/b03-repaired:');
    await page.reload();
    await came(steps!);
    expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows the failure when something breaks, and its string can be replayed', async () => {
    const { page } = await open();
    await page.goto(await serving(['dirty/b03-clear-vs-fault']));
    await page.keyboard.press('Home');
    await page.getByText('initial state').first().waitFor();
    await page.getByRole('button', { name: /CPU0 program0/ }).click();
    await page.locator('.transport output', { hasText: 'step 1 of 1' }).waitFor();
    expect(await page.locator('.verdict').count()).toBe(0);
    await page.getByRole('button', { name: 'until something breaks' }).click();
    expect(await page.locator('.verdict').innerText()).toContain('I3/writable and clean');
    await page.getByLabel('Predicate over the state').fill('!pfn0.PG_locked');
    await page.getByRole('button', { name: 'until', exact: true }).click();
    await page.getByRole('status').getByText('^').waitFor();
    const replay = await page.locator('.replay code').textContent();
    expect((await runFake(['replay', replay!], realHost)).code).toBe(0);
  });

  it.each([[1280, 840], [390, 844]])('is accessible at %i × %i', async (width, height) => {
    const { page } = await open({ viewport: { width, height }, bypassCSP: true });
    await page.goto(await serving(['dirty/b03-repaired']));
    const tab = page.getByRole('tab', { name: 'Next' });
    if (await tab.isVisible()) await tab.click();
    await page.locator('.option').first().click();
    await page.locator('.transport output', { hasText: 'step 1 of 1' }).waitFor();
    await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8') });
    expect(await page.evaluate('axe.run().then((found) => found.violations.map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`))')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
