/** What a load or store instruction of user code does: hit, walk, or fault. */
import {
  add, and, atomic, bool, If, load, or, peek, not, primitive, shared, ghost, store, thisCpu, track, TRUE, Var, enumeration,
  type Value, type Variable,
} from '../language/index.ts';
import { machine } from './config.ts';
import { hasPmds, noteWalk, translationNow, walkOf, type Walk } from './pmd.ts';
import { pte, tlb } from './tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_t, pte_write, tlb_hit_dirty, tlb_t, va_t, version_t } from './types.ts';

/** Contents of each frame. */
export const data = shared('data', version_t, [pfn_t], { display: '%0.data' });

/** The change bit of each frame's storage key, on hardware that keeps D there. */
export const storage_key = shared('storage_key', bool, [pfn_t], { display: '%0.storage_key' });
/** Part of every step that writes a frame. */
export function noteChange(pfn: Value<'pfn_t'>): void {
  if (machine().storageKeys) store(storage_key.at(pfn), TRUE);
}

/** Latched when a store went through a translation that its PTE no longer allows, after the revoking call returned. */
export const stale_store = ghost('stale_store', bool, []);
/** Set when a call that revokes write permission of the page has returned to its caller. */
export const revoked = ghost('revoked', bool, [mm_t, va_t]);

/** Outcome of an access: it went through, or the CPU took a page fault. */
export const access_t = enumeration('access_t', ['DONE', 'FAULT']);

/** What the model's ghost state must learn of each store; set by the world (the kernel's file contents). */
export type OnStore = (pfn: Value<'pfn_t'>, version: Value<'version_t'>) => void;

const next = (v: Value<'version_t'>): Value<'version_t'> => add(v, version_t.lit(1));

/**
 * One store instruction. A hit on an entry with W and D set writes the frame and touches no PTE. Otherwise the
 * walker re-checks P and W and sets A and D in one locked read-modify-write; else the CPU drops the entry and faults.
 * (Intel SDM vol. 3, 4.8 "Accessed and dirty flags", 4.10.2 "Translation lookaside buffers".)
 */
export function storeInstruction(onStore: OnStore): (mm: Value<'mm_t'>, va: Value<'va_t'>) => Value<'access_t'> {
  return primitive('store', (mm: Value<'mm_t'>, va: Value<'va_t'>) => {
    let outcome: Variable<'access_t'> | undefined;
    atomic('a store retires with its translation: the walker\'s locked update and the write are one instruction, and IPIs come between instructions', () => {
      outcome = Var('access', access_t, access_t.is.DONE);
      const entry = cachedEntry(va);
      const now = hasPmds() ? translationNow(mm, va) : null;
      const walk = walked(mm, va);
      const e = walk.entry;
      const hit = machine().storageKeys ? and(tlb_t.get(entry, 'V'), tlb_t.get(entry, 'W')) : tlb_hit_dirty(entry);
      If(hit, () => {
        writeFrame(tlb_t.get(entry, 'pfn'), onStore);
        noteStale(mm, va, now ?? e);
      }, () => If(and(pte_present(e), pte_write(e)), () => {
        if (!machine().storageKeys) walk.setDirty();
        walk.note();
        if (now !== null) noteStale(mm, va, now);
        fillEntry(va, tlb_t.of({ V: TRUE, pfn: pte_pfn(e), W: TRUE, ...(machine().storageKeys ? {} : { D: TRUE }) }));
        writeFrame(pte_pfn(e), onStore);
      }, () => {
        fillEntry(va, tlb_t.of({}));
        walk.note();
        outcome?.set(access_t.is.FAULT);
      }));
    });
    return (outcome as Variable<'access_t'>).get();
  });
}

/** The CPU's walk: one level, or two. `note` rides with it. */
function walked(mm: Value<'mm_t'>, va: Value<'va_t'>): Pick<Walk, 'entry' | 'setDirty'> & { readonly note: () => void } {
  if (hasPmds()) {
    const walk = walkOf(thisCpu(cpu_t), mm, va);
    return { ...walk, note: () => { noteWalk(walk); } };
  }
  const e = load('pte', pte.at(mm, va));
  return { entry: e, setDirty: () => { store(pte.at(mm, va), withAccessed(pte_t.with(e, 'D', TRUE))); }, note: () => undefined };
}

/** This CPU's entry for the page; none on hardware without TLBs. */
function cachedEntry(va: Value<'va_t'>): Value<'tlb_t'> {
  return machine().tlbs ? load('tlb', tlb.at(thisCpu(cpu_t), va)) : tlb_t.of({});
}

function fillEntry(va: Value<'va_t'>, entry: Value<'tlb_t'>): void {
  if (machine().tlbs) store(tlb.at(thisCpu(cpu_t), va), entry);
}

function withAccessed(e: Value<'pte_t'>): Value<'pte_t'> {
  return machine().accessedBit ? pte_t.with(e, 'A', TRUE) : e;
}

function writeFrame(pfn: Value<'pfn_t'>, onStore: OnStore): void {
  const before = load('version', data.at(pfn));
  store(data.at(pfn), next(before));
  noteChange(pfn);
  onStore(pfn, next(before));
}

function noteStale(mm: Value<'mm_t'>, va: Value<'va_t'>, e: Value<'pte_t'>): void {
  const allowed = and(pte_present(e), pte_write(e));
  track(stale_store.at(), or(peek(stale_store.at()), and(not(allowed), peek(revoked.at(mm, va)))));
}

/** What the model's ghost state must learn of each load that went through. */
export type OnLoad = (pfn: Value<'pfn_t'>) => void;

/** One load instruction: hit, walk (fills the TLB), or fault. */
export const loadInstructionTo = (onLoad: OnLoad | null): (mm: Value<'mm_t'>, va: Value<'va_t'>) => Value<'access_t'> => primitive('load', (mm: Value<'mm_t'>, va: Value<'va_t'>) => {
  let outcome: Variable<'access_t'> | undefined;
  atomic('a load retires with its translation', () => {
    outcome = Var('access', access_t, access_t.is.DONE);
    const entry = cachedEntry(va);
    const walk = walked(mm, va);
    const e = walk.entry;
    If(not(tlb_t.get(entry, 'V')), () => If(pte_present(e), () => {
      walk.note();
      if (machine().accessedBit) store(pte.at(mm, va), withAccessed(e));
      fillEntry(va, tlb_t.of({ V: TRUE, pfn: pte_pfn(e), W: pte_write(e), D: pte_dirty(e) }));
      onLoad?.(pte_pfn(e));
    }, () => outcome?.set(access_t.is.FAULT)), onLoad === null ? undefined : () => onLoad(tlb_t.get(entry, 'pfn')));
  });
  return (outcome as Variable<'access_t'>).get();
});
export const loadInstruction = loadInstructionTo(null);

