/** What the kernel does alike whatever maps a page is one text: steps of worlds with one level of page tables and with two stand on the same lines. */
import { expect, it } from 'vitest';
import { stmtName } from '../../model/language/mutate.ts';
import { eachStmt, isStep } from '../../model/language/walk.ts';
import { cellNamed } from '../../model/matrix/index.ts';

/** Names of the steps that the cell's world has in this file of the kernel model, by line. */
function stepsIn(file: string, cell: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const p of cellNamed(cell)!.build().procs) {
    eachStmt(p.body, (s) => { if (isStep(s) && s.loc.file === `model/kernel/${file}`) found.set(s.loc.line, stmtName(s)); });
  }
  return found;
}

/** File, what runs in both memories, the steps that both have in it. */
const texts = [
  ['follow_page.ts', 'munmap+gup-fast', ['*pte', 'pte_unmap_unlock', 'try_grab_page', 'pte_unmap_unlock']],
  ['follow_page.ts', 'munmap+migration', ['*pte', 'pte_unmap_unlock', 'pte_unmap_unlock']],
  ['migration_wait.ts', 'write-fault+migration', ['*pte', 'pte_unmap_unlock', 'pte_unmap_unlock', 'wait_on_page_locked']],
  ['gup_fast.ts', 'munmap+gup-fast', ['*pte', '*pte']],
  ['zap.ts', 'dontneed+reclaim', ['*pte', 'pte_clear_not_present_full', 'pte_unmap_unlock']],
  ['fork.ts', 'fork+reclaim', ['*pte', 'swap_duplicate', 'pte_swp_clear_exclusive', 'set_pte']],
] as const;

it.each(texts)('%s is one text in worlds of %s', (file, agents, steps) => {
  const [one, two] = [stepsIn(file, `matrix/anon-rw/${agents}`), stepsIn(file, `matrix/huge-rw/${agents}`)];
  expect([...two].filter(([line]) => one.has(line)).map(([, name]) => name)).toEqual(steps);
});
