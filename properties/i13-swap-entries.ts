import { add, and, eq, forall, implies, not, peek, property, quiescent, select, type Value } from '../model/language/index.ts';
import { slot_t } from '../model/kernel/page.ts';
import { swap_map, swap_map_t, users_t } from '../model/kernel/swapfile.ts';
import { PG_swapcache, private_at, swap_cache } from '../model/kernel/swap_state.ts';
import { table_swp } from '../model/kernel/swap_table.ts';
import { swp_entry_t, swp_pte, swp_t, type Slot } from '../model/kernel/swapops.ts';
import { hasPmds, sub_t, table_ptl_at, table_t } from '../model/machine/pmd.ts';
import { mm_t, owner_t, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

/** Number of PTEs, at any address of any mm, that hold the entry of the slot. */
function holders(slot: Slot): Value<'users_t'> {
  const all = hasPmds() ? table_t.all().flatMap((table) => sub_t.all().map((i) => peek(table_swp.at(table, i)))) : mm_t.all().flatMap((mm) => va_t.all().map((va) => peek(swp_pte.at(mm, va))));
  return all.reduce<Value<'users_t'>>((n, e) => select(and(swp_entry_t.get(e, 'V'), eq(swp_entry_t.get(e, 'slot'), slot)), add(n, users_t.lit(1)), n), users_t.lit(0));
}

export const I13 = property('I13', 'entry identity: outside PTE-lock sections a swap slot counts the PTEs that hold its entry; the page that the swap cache has for a slot knows it by that slot; once all is quiet no slot is kept for a page that the swap cache does not have', () => ({
  'swap count': { when: hasPmds() ? forall(table_t, 'table', (table) => not(owner_t.get(peek(table_ptl_at.at(table)), 'held'))) : noPtlHeld(), holds: forall(swp_t, 'slot', (slot) => eq(swap_map_t.get(peek(swap_map.at(slot)), 'users'), holders(slot))) },
  'slot leaked': { when: quiescent(), holds: forall(swp_t, 'slot', (slot) => eq(swap_map_t.get(peek(swap_map.at(slot)), 'has_cache'), slot_t.get(peek(swap_cache.at(slot)), 'present'))) },
  'cached page': forall(swp_t, 'slot', (slot) => {
    const cached = peek(swap_cache.at(slot));
    const page = slot_t.get(cached, 'pfn');
    return implies(slot_t.get(cached, 'present'), and(peek(PG_swapcache.at(page)), eq(peek(private_at.at(page)), slot), swap_map_t.get(peek(swap_map.at(slot)), 'has_cache')));
  }),
}));
