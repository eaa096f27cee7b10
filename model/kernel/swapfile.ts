/** Swap slots (mm/swapfile.c): how often each is used, and whether it has a page in the swap cache. */
import { add, and, atomic, bool, eq, FALSE, If, int, load, not, or, primitive, record, rmw, shared, store, sub, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { version_t } from '../machine/types.ts';
import { swp_t, type Slot } from './swapops.ts';

export const users_t = int('users_t', 3);
/** A byte of swap_map: PTEs that hold the entry, and SWAP_HAS_CACHE. All zeroes: the slot is free. */
export const swap_map_t = record('swap_map_t', { users: users_t, has_cache: bool });
export const swap_map = shared('swap_map', swap_map_t, [swp_t], { display: '%0.swap_map' });
/** Contents of the slot on the device. */
export const swap_data = shared('swap_data', version_t, [swp_t], { display: '%0.data' });

type SwapMap = Value<'swap_map_t'>;
const users = (m: SwapMap): Value<'users_t'> => swap_map_t.get(m, 'users');
const hasCache = (m: SwapMap): Value<'bool'> => swap_map_t.get(m, 'has_cache');
const isFree = (m: SwapMap): Value<'bool'> => and(eq(users(m), users_t.lit(0)), not(hasCache(m)));

/** What get_swap_page returns: a slot, or none. */
export const found_slot_t = record('found_slot_t', { ok: bool, slot: swp_t });

/** The first free slot, which has SWAP_HAS_CACHE from now on. */
export const get_swap_page = primitive('get_swap_page', () => {
  let found: Variable<'found_slot_t'> | undefined;
  atomic('swap_map is searched and the slot taken under swap_lock', () => {
    found = Var('found', found_slot_t, found_slot_t.of({}));
    const chosen = found;
    for (const slot of swp_t.all()) {
      const m = load('map', swap_map.at(slot));
      If(and(not(found_slot_t.get(chosen.get(), 'ok')), isFree(m)), () => {
        store(swap_map.at(slot), swap_map_t.of({ has_cache: TRUE }));
        chosen.set(found_slot_t.of({ ok: TRUE, slot }));
      });
    }
  });
  return (found as Variable<'found_slot_t'>).get();
});

/** One more PTE holds the entry. */
export const swap_duplicate = primitive('swap_duplicate', (slot: Slot) => {
  rmw('map', swap_map.at(slot), (m) => swap_map_t.with(m, 'users', add(users(m), users_t.lit(1))), { ignore: true });
});
/** One PTE fewer holds it. */
export const swap_free = primitive('swap_free', (slot: Slot) => {
  rmw('map', swap_map.at(slot), (m) => swap_map_t.with(m, 'users', sub(users(m), users_t.lit(1))), { ignore: true });
});

/** The same; returns the byte as it was. */
export const __swap_entry_free = primitive('__swap_entry_free', (slot: Slot) => rmw('map', swap_map.at(slot), (m) => swap_map_t.with(m, 'users', sub(users(m), users_t.lit(1)))));
/** Whether nothing but a page in the swap cache is left of the slot, one user less. */
export const cacheLeft = (m: SwapMap): Value<'bool'> => and(hasCache(m), eq(users(m), users_t.lit(1)));

/** Sets SWAP_HAS_CACHE: to one caller only, and only of a slot in use. Returns whether it did. */
export const swapcache_prepare = primitive('swapcache_prepare', (slot: Slot) => {
  let done: Value<'bool'> | undefined;
  atomic('__swap_duplicate reads and writes the byte under swap_lock', () => {
    const m = load('map', swap_map.at(slot));
    const may = not(or(hasCache(m), isFree(m)));
    If(may, () => store(swap_map.at(slot), swap_map_t.with(m, 'has_cache', TRUE)));
    done = may;
  });
  return done as Value<'bool'>;
});
const clearCache = (slot: Slot): void => { rmw('map', swap_map.at(slot), (m) => swap_map_t.with(m, 'has_cache', FALSE), { ignore: true }); };
/** Of a page that leaves the swap cache. */
export const swapcache_free = primitive('swapcache_free', clearCache);
/** Of a fault that used the flag as a lock (6.8). */
export const swapcache_clear = primitive('swapcache_clear', clearCache);

/** How many PTEs hold the entry; a look without a lock (__swap_count, and page_swapcount of a page that has the slot). */
export const swap_count = primitive('swap_count', (slot: Slot) => load('map', swap_map.at(slot)));
export const usedBy = (m: SwapMap, n: number): Value<'bool'> => eq(users(m), users_t.lit(n));
