/**
 * Waiting for a bit of page->flags (mm/filemap.c). The bits are one word here, as in the kernel; worlds of page tables have a place for
 * each. All queues of pages are one, as if they had one hash.
 */
import {
  and, assert, atomic, bool, enumeration, eq, exists, FALSE, Forever, ForEach, If, load, not, or, peek, primitive, proc, record, Return, rmw, shared, store, thisCpu, TRUE,
  type Value,
} from '../language/index.ts';
import { spinLock, spinUnlock } from '../machine/locks.ts';
import { cpu_t, owner_t, pfn_t } from '../machine/types.ts';
import { get_page, noteTouch, put_page, type Page } from './page.ts';
import { since, source } from './version.ts';

/** waiters: somebody is in the queue for one of the other bits, perhaps. */
export const page_flags_t = record('page_flags_t', { locked: bool, writeback: bool, dirty: bool, waiters: bool });
export const page_flags = shared('page_flags', page_flags_t, [pfn_t], { display: '%0.flags' });
type Flags = Value<'page_flags_t'>;

const page_bit_t = enumeration('page_bit_t', ['PG_locked', 'PG_writeback']);
type Bit = Value<'page_bit_t'>;
const hasBit = (flags: Flags, bit: Bit): Value<'bool'> => or(
  and(eq(bit, page_bit_t.is.PG_locked), page_flags_t.get(flags, 'locked')), and(eq(bit, page_bit_t.is.PG_writeback), page_flags_t.get(flags, 'writeback')),
);

/** A CPU's entry in the queue. woken: it has been taken out by a wake-up. */
const wait_t = record('wait_t', { queued: bool, page: pfn_t, bit: page_bit_t, woken: bool });
const wait_at = shared('wait', wait_t, [cpu_t], { display: '%0.wait' });
const queue_lock_at = shared('queue_lock', owner_t, [], { display: 'q->lock' });
const queue_lock = spinLock('spin_lock(q->lock)', () => queue_lock_at.at());
const queue_unlock = spinUnlock('spin_unlock(q->lock)', () => queue_lock_at.at());

const change = (name: string, to: (old: Flags) => Flags) => primitive(name, (page: Page) => { rmw('flags', page_flags.at(page), to, { ignore: true }); });
const SetPageWaiters = change('SetPageWaiters', (flags) => page_flags_t.with(flags, 'waiters', TRUE));
const ClearPageWaiters = change('ClearPageWaiters', (flags) => page_flags_t.with(flags, 'waiters', FALSE));
const ClearPageDirty = change('ClearPageDirty', (flags) => page_flags_t.with(flags, 'dirty', FALSE));
export const set_page_writeback = change('set_page_writeback', (flags) => page_flags_t.with(flags, 'writeback', TRUE));
const test_clear_page_writeback = change('test_clear_page_writeback', (flags) => page_flags_t.with(flags, 'writeback', FALSE));
const page_bits = primitive('page->flags', (page: Page) => load('flags', page_flags.at(page)));
const write_bits = primitive('page->flags', (page: Page, to: Flags) => { store(page_flags.at(page), to); });
const PageWaiters = primitive('PageWaiters', (page: Page) => {
  const flags = load('flags', page_flags.at(page));
  noteTouch(page);
  return page_flags_t.get(flags, 'waiters');
});

const add_wait_entry = primitive('__add_wait_queue_entry_tail', (page: Page, bit: Bit) => { store(wait_at.at(thisCpu(cpu_t)), wait_t.of({ queued: TRUE, page, bit })); });
const io_schedule = primitive('io_schedule', () => {
  rmw('wait', wait_at.at(thisCpu(cpu_t)), () => wait_t.of({}), { when: (wait) => wait_t.get(wait, 'woken'), ignore: true });
});

/** Until 5.8 who is woken looks at the bit again; since (2a9127fcf229, 5.9) it was told that the bit is clear, and goes on. */
const wait_on_page_bit = proc('wait_on_page_bit', {
  params: { page: pfn_t, bit: page_bit_t }, sleeps: true, models: source('wait_on_page_bit_common', 'mm/filemap.c'),
}, ({ page, bit }) => {
  const once = (): void => {
    queue_lock();
    SetPageWaiters(page);
    const flags = page_bits(page);
    If(not(hasBit(flags, bit)), () => {
      queue_unlock();
      Return();
    });
    add_wait_entry(page, bit);
    queue_unlock();
    io_schedule();
  };
  if (since('5.9')) once();
  else Forever(once);
});

const isFor = (wait: Value<'wait_t'>, page: Page): Value<'bool'> => and(wait_t.get(wait, 'queued'), eq(wait_t.get(wait, 'page'), page));
const wake = primitive('__wake_up_locked_key', (page: Page, bit: Bit) => {
  atomic('the queue is walked under its lock', () => {
    ForEach(cpu_t, 'cpu', (cpu) => {
      const wait = load('wait', wait_at.at(cpu));
      If(and(isFor(wait, page), eq(wait_t.get(wait, 'bit'), bit)), () => { store(wait_at.at(cpu), wait_t.of({ woken: TRUE })); });
    });
  });
});
const nobodyLeft = primitive('waitqueue_active', (page: Page) => {
  let active: Value<'bool'> | undefined;
  atomic('the queue is looked at under its lock', () => {
    const waits = cpu_t.all().map((cpu) => load('wait', wait_at.at(cpu)));
    active = or(...waits.map((wait) => isFor(wait, page)));
  });
  return not(active as Value<'bool'>);
});

const wake_up_page_bit = proc('wake_up_page_bit', { params: { page: pfn_t, bit: page_bit_t }, models: source('wake_up_page_bit', 'mm/filemap.c') }, ({ page, bit }) => {
  queue_lock();
  wake(page, bit);
  const none = nobodyLeft(page);
  If(none, () => { ClearPageWaiters(page); });
  queue_unlock();
});

/** The IO is done. Since 5.10 the page is held meanwhile: nothing else keeps it once the bit is clear. */
export const end_page_writeback = proc('end_page_writeback', { params: { page: pfn_t }, models: source('end_page_writeback', 'mm/filemap.c') }, ({ page }) => {
  if (since('5.10')) get_page(page);
  test_clear_page_writeback(page);
  const waiters = PageWaiters(page);
  If(waiters, () => { wake_up_page_bit({ page, bit: page_bit_t.is.PG_writeback }); });
  if (since('5.10')) put_page(page);
});

/** Since 5.11 it waits until it sees the bit clear, however often it is woken. */
export const wait_on_page_writeback = proc('wait_on_page_writeback', { params: { page: pfn_t }, sleeps: true, models: source('wait_on_page_writeback', 'mm/page-writeback.c') }, ({ page }) => {
  const once = (): void => {
    const flags = page_bits(page);
    If(not(page_flags_t.get(flags, 'writeback')), () => Return());
    wait_on_page_bit({ page, bit: page_bit_t.is.PG_writeback });
  };
  if (since('5.11')) Forever(once);
  else once();
});

export const wait_on_page_locked = proc('wait_on_page_locked', { params: { page: pfn_t }, sleeps: true, models: source('wait_on_page_locked', 'include/linux/pagemap.h') }, ({ page }) => {
  const flags = page_bits(page);
  If(page_flags_t.get(flags, 'locked'), () => { wait_on_page_bit({ page, bit: page_bit_t.is.PG_locked }); });
});

/** Clears PG_locked and learns of PG_waiters by one locked instruction. */
const clear_bit_unlock_is_negative_byte = primitive('clear_bit_unlock_is_negative_byte', (page: Page) => rmw('flags', page_flags.at(page), (flags) => page_flags_t.with(flags, 'locked', FALSE)));
export const unlock_page = proc('unlock_page', { params: { page: pfn_t }, models: source('unlock_page', 'mm/filemap.c') }, ({ page }) => {
  const flags = clear_bit_unlock_is_negative_byte(page);
  If(page_flags_t.get(flags, 'waiters'), () => { wake_up_page_bit({ page, bit: page_bit_t.is.PG_locked }); });
});

/** The part of __split_huge_page that drops a tail beyond the end of the file, when others can already find it: PG_dirty, then PG_locked. */
export const split_drops_tail = proc('__split_huge_page', { params: { tail: pfn_t }, models: source('__split_huge_page', 'mm/huge_memory.c') }, ({ tail }) => {
  if (since('4.20')) ClearPageDirty(tail);
  else {
    const flags = page_bits(tail);
    write_bits(tail, page_flags_t.with(flags, 'dirty', FALSE));
  }
  unlock_page({ page: tail });
});

/** write_cache_pages: waits for the write-out that it finds under way, and may then be sure that there is none. */
export const wait_and_check = proc('write_cache_pages', { params: { page: pfn_t }, sleeps: true, models: source('write_cache_pages', 'mm/page-writeback.c') }, ({ page }) => {
  wait_on_page_writeback({ page });
  assert('BUG_ON(PageWriteback(page))', not(page_flags_t.get(peek(page_flags.at(page)), 'writeback')));
});

/** For worlds: somebody sleeps in the queue. */
export const somebodyWaits = (): Value<'bool'> => exists(cpu_t, 'cpu', (cpu) => wait_t.get(peek(wait_at.at(cpu)), 'queued'));
