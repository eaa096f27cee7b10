/** The page in a real Chromium. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PageData } from '../../viewer/data.ts';
import { assemble, pageBundle } from '../../viewer/page.ts';
import { runFake } from '../fake.ts';
import { browser, missing } from './chromium.ts';
import { fileFor, written } from './pages.ts';

const seeded = process.env['CI'] === undefined ? {} : { seed: 20_061_229 };

const open = browser();
const b01 = missing ? null! : await written('dirty/b01-december-2006');

const position = (page: Page): Promise<string | null> => page.locator('.transport output').textContent();
const current = (page: Page): Promise<string | null> => page.locator('[aria-current=step] .n').textContent();

describe.skipIf(missing)('a failing run', () => {
  it('opens at the step that breaks the property, and says which', async () => {
    const { page, complaints, requests } = await open();
    await page.goto(b01.url);
    expect(await page.title()).toBe('dirty/b01-december-2006 – pterace');
    expect(await position(page)).toBe('step 35 of 35');
    expect(await page.locator('.verdict').innerText()).toMatch(/I1-weak\/quiet\s+broken by step 35/);
    expect(await page.locator('.step.broke .breaks').isVisible()).toBe(true);
    expect(await page.locator('.label.truth.f').innerText()).toContain('I1-weak/quiet');
    expect(await page.locator('.arrow.ipi').count()).toBeGreaterThanOrEqual(2);
    expect(requests).toEqual([b01.url]);
    expect(complaints).toEqual([]);
  });

  it('steps by keys, by clicks and by the strip, and shows what changed', async () => {
    const { page, complaints } = await open();
    await page.goto(b01.url);
    await page.keyboard.press('Home');
    expect(await position(page)).toBe('initial state of 35');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect([await position(page), await current(page)]).toEqual(['step 2 of 35', '2']);
    expect(await page.locator('.cell.changed').innerText()).toMatch(/BH_Lock\s+none → held cpu1/);
    expect(await page.locator('.line.current').innerText()).toContain('lock_buffer(slot.pfn);');
    expect(await page.locator('[aria-live=polite]').first().textContent()).toMatch(/^Step 2 of 35, CPU1, journal_submit_data_buffers filesystem\.ts:\d+: lock_buffer\(pfn0\)\. pfn0\.BH_Lock: none → held cpu1\.$/);
    await page.keyboard.press('ArrowLeft');
    expect(await position(page)).toBe('step 1 of 35');
    await page.locator('.step', { hasText: 'handle_IPI' }).click();
    expect(await position(page)).toBe('step 24 of 35');
    await page.getByRole('button', { name: 'Written by step 12' }).click();
    expect(await position(page)).toBe('step 12 of 35');
    await page.getByRole('button', { name: 'write_cache_pages', exact: true }).click();
    expect(await page.locator('.line.current').innerText()).toContain('clear_page_dirty_for_io');
    const strip = (await page.getByRole('slider').boundingBox())!;
    await page.mouse.click(strip.x + 1, strip.y + 5);
    expect(await position(page)).toBe('initial state of 35');
    await page.keyboard.press('End');
    expect(await position(page)).toBe('step 35 of 35');
    expect(complaints).toEqual([]);
  });

  it('plays and pauses', async () => {
    const { page } = await open();
    await page.clock.install();
    await page.goto(b01.url);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    for (let i = 0; i < 3; i++) await page.clock.runFor(950);
    expect(await position(page)).toBe('step 3 of 35');
    await page.keyboard.press(' ');
    await page.clock.runFor(5000);
    expect(await position(page)).toBe('step 3 of 35');
  });

  it('searches', async () => {
    const { page } = await open();
    await page.goto(b01.url);
    await page.keyboard.press('/');
    await page.keyboard.type('pg_locked');
    expect(await page.locator('.step.found .n').allTextContents()).toEqual(['9', '10', '11', ...Array.from({ length: 11 }, (_, i) => String(i + 12)), '23', ...Array.from({ length: 9 }, (_, i) => String(i + 25))]);
    await page.keyboard.press('Enter');
    expect(await position(page)).toBe('step 9 of 35');
    await page.keyboard.press('Shift+Enter');
    expect(await position(page)).toBe('step 33 of 35');
    await page.locator('.step.found').first().click();
    await page.keyboard.press('n');
    expect(await position(page)).toBe('step 10 of 35');
    await page.keyboard.press('N');
    expect(await position(page)).toBe('step 9 of 35');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await page.locator('.step.found').count()).toBe(0);
  });

  it('copies the replay string', async () => {
    const { page } = await open();
    await page.goto(b01.url);
    await page.getByRole('button', { name: 'Copy the replay string' }).click();
    await page.getByText('copied').waitFor();
    await page.locator('[type=search]').focus();
    await page.keyboard.press('Control+V');
    expect(await page.locator('[type=search]').inputValue()).toBe(b01.data.story.replay);
  });

  it('turns dark and light', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.goto(b01.url);
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await ground();
    await page.getByRole('button', { name: 'Switch to light colours' }).click();
    expect(await ground()).not.toBe(dark);
    await page.getByRole('button', { name: 'Switch to dark colours' }).click();
    expect(await ground()).toBe(dark);
  });

  it('shows one pane at a time where it is narrow', async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 } });
    await page.goto(b01.url);
    const shown = (): Promise<boolean[]> => Promise.all(['.lanes', '.state', '.code'].map((pane) => page.locator(pane).isVisible()));
    expect(await shown()).toEqual([true, false, false]);
    await page.getByRole('tab', { name: 'State' }).click();
    expect(await shown()).toEqual([false, true, false]);
    await page.keyboard.press('ArrowRight');
    expect(await shown()).toEqual([false, false, true]);
  });
});

describe.skipIf(missing)('--screenshot', () => {
  it('writes a PNG of the whole page', async () => {
    const file = fileFor('race.png');
    expect(await runFake(['view', 'fake/unlocked', '--screenshot', file])).toMatchObject({ code: 0, err: `written to ${file}\n` });
    const png = readFileSync(file);
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1280, 840]);
  }, 60_000);
});

/** Rules of axe that fail, each with the first element. */
async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8') });
  return page.evaluate("axe.run().then((found) => found.violations.map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`))");
}

describe.skipIf(missing).each([
  ['wide', 'light', 1280, 840, 'dirty/b01-december-2006'],
  ['wide', 'dark', 1280, 840, 'dirty/a4.7-lock-inversion'],
  ['narrow', 'light', 390, 844, 'dirty/a4.7-lock-inversion'],
  ['narrow', 'dark', 390, 844, 'dirty/b01-december-2006'],
] as const)('%s, %s', (_, colorScheme, width, height, id) => {
  it('is accessible and does not scroll sideways', async () => {
    // Only here: axe is a script of ours that the page does not know.
    const { page } = await open({ viewport: { width, height }, colorScheme, bypassCSP: true });
    const check = async (): Promise<void> => {
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    };
    await page.goto((await written(id)).url);
    await check();
    await page.keyboard.press('Home');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('/');
    await page.keyboard.type('pfn0');
    await check();
    const [, ...others] = await page.getByRole('tab').all();
    for (const tab of others) {
      await tab.click();
      await check();
    }
  }, 60_000);
});

/** The same page with a hostile name wherever a name can be. */
function renamed(data: PageData, name: string): PageData {
  const { story } = data;
  return {
    ...data,
    scenario: { ...data.scenario, id: name, title: name, kernel: name, mutation: name, machine: [name] },
    cells: data.cells.map((cell) => ({ ...cell, place: name, name, group: name, initial: name })),
    conjuncts: data.conjuncts.map(() => ({ property: name, conjunct: name, prose: name })),
    listings: { [name]: [{ text: name, number: '1', at: name }] },
    story: {
      ...story, replay: name,
      steps: story.steps.map((step) => ({ ...step, proc: name, where: name, said: name, obtained: { name, value: name }, stack: [{ proc: name, at: name }], changed: step.changed.map((c) => ({ ...c, to: name, delta: name })), holds: [name] })),
      broken: { property: name, conjunct: name, prose: name, stuck: [name], witnesses: [{ place: name, value: name, ghost: false, writes: [] }] },
    },
  };
}

describe.skipIf(missing)('hostile names', () => {
  const fragments = fc.constantFrom('</script>', '<script>alert(1)</script>', '<!--', '-->', '"', "'", '&lt;', '<img src=x onerror=alert(1)>', '\u202e', '\u2066', '\u2028', '`${x}`', '\\', '\\u003c', ']]>', '%0', '{}', 'é', '💥', 'pte', ' ');
  const names = fc.array(fragments, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')).filter((name) => name.trim() === name && name !== '');

  it('are shown as they are', async () => {
    const made = await pageBundle();
    const file = fileFor('hostile.html');
    const { page, complaints, requests } = await open();
    await fc.assert(fc.asyncProperty(names, async (name) => {
      writeFileSync(file, assemble(renamed(b01.data, name), made));
      await page.goto(pathToFileURL(file).href);
      const texts = await Promise.all(['h1', '.title em', '.replay code', '.said', '.line code', '.cell dt', '.broken th', '.verdict strong'].map((place) => page.locator(place).first().textContent()));
      expect(texts).toEqual([name, `mutant: ${name}`, name, `${name} → ${name}`, name, name, name, `✗ ${name}/${name}`]);
    }), { numRuns: 20, ...seeded });
    expect(complaints).toEqual([]);
    expect(requests.every((url) => url === pathToFileURL(file).href)).toBe(true);
  }, 60_000);
});
