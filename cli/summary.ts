/** A scenario without its model, as the JSON answers show it. */
import type { Scenario } from '../model/scenario.ts';
import type { ListJson } from './json.ts';

export function summarize(s: Scenario): ListJson['scenarios'][number] {
  return {
    id: s.id, title: s.title, about: s.about, entry: s.entry ?? null, kernel: s.kernel,
    cpus: s.cpus, mms: s.mms, pages: s.pages,
    machine: [...s.machine],
    expect: s.expect,
    catalogueSteps: s.catalogueSteps ?? null,
    lengthNote: s.lengthNote ?? null,
    mutants: s.mutants.map(({ name, what, expect }) => ({ name, what, expect })),
  };
}
