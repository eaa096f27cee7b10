/** What tsc must refuse: each line below an `@ts-expect-error` is a mix-up that would otherwise be recorded. Never run. */
import {
  add, enumeration, eq, forall, ghost, held, If, index, int, load, peek, proc, record, rmw, select, shared, store, thisCpu, track, TRUE, Var, bool,
  waitUntil, type Value,
} from '../../model/language/index.ts';

const cpu_t = index('cpu_t');
const mm_t = index('mm_t');
const pfn_t = index('pfn_t');
const count_t = int('count_t', 3);
const fault_t = enumeration('fault_t', ['NONE', 'SIGBUS']);
const pte_t = record('pte_t', { P: bool, pfn: pfn_t });
const pte = shared('pte', pte_t, [mm_t]);
const page = shared('page', pfn_t, [mm_t, cpu_t]);
const seen = ghost('seen', count_t, []);
const counter = shared('counter', count_t, []);
const handle = proc('handle', { params: { mm: mm_t, entry: pte_t }, returns: fault_t }, () => undefined);
const fault = (name: keyof typeof fault_t.is): string => name;
const takesPage = (page: Value<'pfn_t'>): unknown => page;

export function mistakes(mm: Value<'mm_t'>, cpu: Value<'cpu_t'>, entry: Value<'pte_t'>): void {
  // @ts-expect-error a PTE where a page is meant
  takesPage(entry);
  // @ts-expect-error a place where a value is meant
  eq(entry, pte.at(mm));
  // @ts-expect-error a value where a place is meant
  load('entry', entry);
  // @ts-expect-error a fault code in a PTE
  store(pte.at(mm), fault_t.is.NONE);
  // @ts-expect-error a fault code as the new PTE
  rmw('old', pte.at(mm), () => fault_t.is.NONE);
  // @ts-expect-error a CPU where an mm is the index
  pte.at(cpu);
  // @ts-expect-error indices in the wrong order
  page.at(cpu, mm);
  // @ts-expect-error an index missing
  page.at(mm);
  // @ts-expect-error a host number as an index
  pte.at(0);
  // @ts-expect-error a field that the record does not have
  pte_t.get(entry, 'W');
  // @ts-expect-error a field set to a value of another type
  pte_t.with(entry, 'pfn', mm);
  // @ts-expect-error a record built with a field it does not have
  pte_t.of({ P: TRUE, W: TRUE });
  // @ts-expect-error a constant that the enumeration does not have
  fault('OOM');
  // @ts-expect-error constants of two types compared
  eq(fault_t.is.NONE, count_t.lit(0));
  // @ts-expect-error a sum of two types
  add(count_t.lit(1), mm);
  // @ts-expect-error branches of two types
  select(TRUE, mm, cpu);
  // @ts-expect-error an argument missing
  handle({ mm });
  // @ts-expect-error an argument of another type
  handle({ mm: cpu, entry });
  // @ts-expect-error a result of another type
  store(counter.at(), handle({ mm, entry }));
  // @ts-expect-error a number as a condition
  If(count_t.lit(1), () => undefined);
  // @ts-expect-error a host boolean as a condition
  If(true, () => undefined);
  // @ts-expect-error a variable initialised with another type
  Var('n', count_t, mm);
  // @ts-expect-error a variable set to another type
  Var('n', count_t, count_t.lit(0)).set(mm);
  // @ts-expect-error a ghost written with another type
  track(seen.at(), mm);
  // @ts-expect-error a wait for something else than a condition
  waitUntil(counter.at(), (n) => n);
  // @ts-expect-error a value as a lock
  held(entry);
  // @ts-expect-error the running CPU as an mm
  pte.at(thisCpu(cpu_t));
  // @ts-expect-error a bound variable of another type
  forall(cpu_t, 'cpu', (c) => pte_t.get(peek(pte.at(c)), 'P'));
}

export function correct(mm: Value<'mm_t'>): void {
  const entry = load('entry', pte.at(mm));
  takesPage(pte_t.get(entry, 'pfn'));
  store(pte.at(mm), pte_t.with(entry, 'P', TRUE));
  If(eq(handle({ mm, entry }), fault_t.is.SIGBUS), () => { track(seen.at(), count_t.lit(1)); });
  store(page.at(mm, thisCpu(cpu_t)), pte_t.get(entry, 'pfn'));
  forall(mm_t, 'mm', (m) => pte_t.get(peek(pte.at(m)), 'P'));
}
