/** Locks and arguments as they were in one run, where the static text and the static lock sets cannot know them. */
import { describe, expect, it } from 'vitest';
import { renderColumns } from '../../counterexamples/columns.ts';
import { findBreakage } from '../../counterexamples/breakage.ts';
import { reenact } from '../../counterexamples/reenact.ts';
import { style } from '../../counterexamples/style.ts';
import {
  add, bool, eq, FALSE, held, If, index, int, load, not, or, primitive, proc, program, record, Return, rmw, shared, sub, thread, TRUE, waitUntil,
  type Place, type Value,
} from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';

const page_t = index('page_t');
const slot_t = record('slot_t', { present: bool, page: page_t });
const readers_t = int('readers_t', 3);
const cache = shared('cache', slot_t, []);
const PG_locked = shared('PG_locked', bool, [page_t], { display: '%0.PG_locked' });
const mmap_sem = shared('mmap_sem', readers_t, [], { display: 'mm0.mmap_sem' });

type Lock = Place<'bool'>;
type Page = Value<'page_t'>;

const take = (lock: Lock): void => void rmw('old', lock, () => TRUE, { when: not, ignore: true, lock: { op: 'acquire', spinning: false, lock: lock.ref, mode: 'exclusive' } });
const give = (lock: Lock): void => void rmw('old', lock, () => FALSE, { ignore: true, lock: { op: 'release', spinning: false, lock: lock.ref, mode: 'exclusive' } });
const lock_page = primitive('lock_page', (page: Page) => { take(PG_locked.at(page)); });
const unlock_page = primitive('unlock_page', (page: Page) => { give(PG_locked.at(page)); });
const wait_on_page = primitive('wait_on_page', (page: Page) => { waitUntil(PG_locked.at(page), not); });
const trylock_page = primitive('trylock_page', (page: Page) =>
  rmw('old', PG_locked.at(page), (old) => or(old, TRUE), { lock: { op: 'tryAcquire', spinning: false, lock: PG_locked.at(page).ref, mode: 'exclusive' } }));
const down_read = primitive('down_read', () => {
  rmw('old', mmap_sem.at(), (n) => add(n, readers_t.lit(1)), { ignore: true, lock: { op: 'acquire', spinning: false, lock: mmap_sem.at().ref, mode: 'shared' } });
});
const up_read = primitive('up_read', () => {
  rmw('old', mmap_sem.at(), (n) => sub(n, readers_t.lit(1)), { ignore: true, lock: { op: 'release', spinning: false, lock: mmap_sem.at().ref, mode: 'shared' } });
});

const down_write = primitive('down_write', () => {
  rmw('old', mmap_sem.at(), () => readers_t.lit(3), { when: (n) => eq(n, readers_t.lit(0)), ignore: true, lock: { op: 'acquire', spinning: false, lock: mmap_sem.at().ref, mode: 'exclusive' } });
});
const downgrade_write = primitive('downgrade_write', () => {
  rmw('old', mmap_sem.at(), () => readers_t.lit(1), { ignore: true, lock: { op: 'downgrade', spinning: false, lock: mmap_sem.at().ref, mode: 'exclusive' } });
});

/** Returns true with the page locked, as page_check_address does. */
const lock_if_present = proc('lock_if_present', {
  params: { page: page_t }, returns: bool, locks: ({ page }) => ({ exitWhen: [{ returns: TRUE, locks: [held(PG_locked.at(page))] }] }),
}, ({ page }) => {
  lock_page(page);
  const slot = load('slot', cache.at());
  If(not(slot_t.get(slot, 'present')), () => {
    unlock_page(page);
    Return(FALSE);
  });
  Return(TRUE);
});

function world(body: () => void, other: () => void = () => { down_read(); up_read(); }) {
  return lower(program({
    name: 'locks', sizes: { page_t: 2 }, waive: ['PT003', 'PT004'],
    init: (set) => { set(cache.at(), slot_t.of({ present: TRUE, page: page_t.lit(1) })); },
    threads: () => [thread('first', 0, body), thread('second', 1, other)],
  }));
}

const walk = (graph: ReturnType<typeof lower>, threads: readonly number[]) => reenact(graph, threads.map((at) => ({ thread: at, choice: 0 })));

describe('locks held along a trace', () => {
  it('have the index that is known only at run time', () => {
    const graph = world(() => {
      down_read();
      const slot = load('slot', cache.at());
      lock_page(slot_t.get(slot, 'page'));
      up_read();
      unlock_page(slot_t.get(slot, 'page'));
    });
    expect(walk(graph, [0, 0, 0, 0, 0]).moments.map((m) => m.locks)).toEqual([
      ['mm0.mmap_sem (shared)'], ['mm0.mmap_sem (shared)'], ['mm0.mmap_sem (shared)', 'page1.PG_locked'], ['page1.PG_locked'], [],
    ]);
  });

  it('stay where a procedure returns with one of them on some paths only', () => {
    const graph = world(() => {
      const mine = lock_if_present({ page: page_t.lit(0) }, 'mine');
      If(mine, () => { unlock_page(page_t.lit(0)); });
    });
    expect(walk(graph, [0, 0, 0]).moments.map((m) => m.locks)).toEqual([['page0.PG_locked'], ['page0.PG_locked'], []]);
  });

  it('do not count a try that failed, nor a lock that another thread gave back', () => {
    const attempt = (): void => {
      const busy = trylock_page(page_t.lit(0));
      If(not(busy), () => { unlock_page(page_t.lit(0)); });
    };
    const graph = world(() => { lock_page(page_t.lit(0)); down_read(); up_read(); }, attempt);
    expect(walk(graph, [0, 1]).held).toEqual([['page0.PG_locked'], []]);
    expect(walk(graph, [1, 1]).held).toEqual([[], []]);
    const handed = world(() => { lock_page(page_t.lit(0)); down_read(); up_read(); }, () => { unlock_page(page_t.lit(0)); });
    expect(walk(handed, [0, 1]).held).toEqual([[], []]);
  });

  it('are shared after a downgrade', () => {
    const graph = world(() => { down_write(); downgrade_write(); up_read(); });
    expect(walk(graph, [0, 0, 0]).moments.map((m) => m.locks)).toEqual([['mm0.mmap_sem'], ['mm0.mmap_sem (shared)'], []]);
    expect(graph.nodes.filter((n) => n.thread === 0).map((n) => n.locks)).toEqual([[], ['mm0.mmap_sem'], ['mm0.mmap_sem (shared)'], []]);
  });

  it('are what a deadlock lists', () => {
    const both = (a: number, b: number) => (): void => { lock_page(page_t.lit(a)); lock_page(page_t.lit(b)); unlock_page(page_t.lit(b)); unlock_page(page_t.lit(a)); };
    const graph = world(both(0, 1), both(1, 0));
    expect(findBreakage(graph, walk(graph, [0, 1]))?.stuck.map((s) => s.locks)).toEqual([['page0.PG_locked'], ['page1.PG_locked']]);
  });
});

it('a statement shows the page it was about and the value it got', () => {
  const graph = world(() => {
    const slot = load('slot', cache.at());
    const page = slot_t.get(slot, 'page');
    const busy = trylock_page(page);
    If(busy, () => { wait_on_page(page); });
    unlock_page(page);
  });
  const { moments } = walk(graph, [0, 0, 0]);
  expect(renderColumns(graph, moments, 60, style({ color: false })).split('\n').slice(2).map((line) => line.replace(/^.*?│ /, ''))).toMatchInlineSnapshot(`
    [
      "first locks.test.ts:116",
      "  slot = cache → present page1",
      "  :118 old = trylock_page(page1) → false",
      "    page1.PG_locked: false → true",
      "    holds page1.PG_locked",
      "  :120 unlock_page(page1)",
      "    page1.PG_locked: true → false",
      "    holds no lock",
      "    ends",
    ]
  `);
});
