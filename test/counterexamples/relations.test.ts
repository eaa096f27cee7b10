import { describe, expect, it } from 'vitest';
import { loadRun, type FailingRun } from '../../cli/failing-run.ts';
import { realHost } from '../../cli/host.ts';
import { relations, type Relation } from '../../counterexamples/relations.ts';
import { int, load, primitive, program, rmw, add, sub, shared, store, thread, type Place } from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';
import { quietIo } from '../fake.ts';

const failing = (id: string): Promise<FailingRun> => loadRun(id, realHost, quietIo());
const short = (r: Relation): string => `${r.kind} ${r.from}→${r.to} ${r.place}${r.matters ? '' : ' (aside)'}`;

const count_t = int('count_t', 5);
const sem = shared('sem', count_t, []);
const word = shared('word', count_t, []);
const other = shared('other', count_t, []);
const copy = shared('copy', count_t, []);

type Count = Place<'count_t'>;
const take = (name: string, by: number, mode: 'shared' | 'exclusive') => primitive(name, () => {
  const at: Count = sem.at();
  rmw('old', at, (n) => add(n, count_t.lit(by)), { ignore: true, lock: { op: 'acquire', spinning: false, lock: at.ref, mode } });
});
const give = (name: string, by: number, mode: 'shared' | 'exclusive') => primitive(name, () => {
  const at: Count = sem.at();
  rmw('old', at, (n) => sub(n, count_t.lit(by)), { ignore: true, lock: { op: 'release', spinning: false, lock: at.ref, mode } });
});
const down_read = take('down_read', 1, 'shared');
const up_read = give('up_read', 1, 'shared');
const down_write = take('down_write', 5, 'exclusive');
const up_write = give('up_write', 5, 'exclusive');

/** Two readers and a writer, each in and out. */
const semaphores = lower(program({
  name: 'semaphores', sizes: {}, waive: ['PT003', 'PT004'],
  threads: () => [thread('r0', 0, () => { down_read(); up_read(); }), thread('r1', 1, () => { down_read(); up_read(); }), thread('w', 2, () => { down_write(); up_write(); })],
}));

describe('relations of the steps of a run', () => {
  const arrows = (graph: typeof semaphores, threads: readonly number[]): string[] =>
    relations(graph, { schedule: threads.map((t) => ({ thread: t, choice: 0 })) }).map(short);

  it('have a writer wait for every reader, and a reader for the writer only', () => {
    expect(arrows(semaphores, [0, 1, 0, 1, 2, 2])).toEqual(['lock 3→5 sem', 'lock 4→5 sem']);
    expect(arrows(semaphores, [2, 2, 0, 1, 0, 1])).toEqual(['lock 2→3 sem', 'lock 2→4 sem']);
    expect(arrows(semaphores, [0, 0, 1, 1])).toEqual([]);
  });

  it('say which values decided what the last step did', () => {
    const graph = lower(program({
      name: 'values', sizes: {}, waive: ['PT002', 'PT003', 'PT004'],
      threads: () => [
        thread('writer', 0, () => { store(word.at(), count_t.lit(1)); store(other.at(), count_t.lit(1)); }),
        thread('reader', 1, () => { const aside = load('aside', other.at()); store(copy.at(), aside); const seen = load('seen', word.at()); store(other.at(), seen); }),
      ],
    }));
    expect(arrows(graph, [0, 0, 1, 1, 1, 1])).toEqual(['reads-from 2→3 other (aside)', 'reads-from 1→5 word']);
    expect(arrows(graph, [1, 1, 1, 1, 0, 0])).toEqual([]);
  });

  it('of the repair of December 2006: the PTE lock, and the flag that the cleaner reads', async () => {
    const { graph, trace } = await failing('dirty/b03-clear-vs-fault');
    expect(relations(graph, trace).map(short)).toEqual(['lock 13→18 mm0.ptl', 'reads-from 1→20 pfn0._count (aside)', 'reads-from 24→26 pfn0.PG_dirty']);
  });

  it('of a late flush: the interrupt, and the wait for it', async () => {
    const { graph, trace } = await failing('dirty/b11-zap-mapped-once');
    const found = relations(graph, trace);
    const said = (number: number): string => trace.moments[number - 1]!.said;
    expect(found.filter((r) => r.kind === 'ipi').map((r) => [said(r.from), said(r.to), r.matters])).toEqual([
      ['send_IPI(cpu0, va0, false)', 'handle_IPI(cpu0)', true], ['handle_IPI(cpu0)', 'wait_for_ack(cpu0)', true],
    ]);
  });

  it.each(['dirty/b01-december-2006', 'dirty/b05-transient-none', 'dirty/a4.7-lock-inversion', 'machine/irqs-off-deadlock', 'classic/philosophers-5-deadlock'])('of %s go forward, between threads, from a step that wrote the place', async (id) => {
    const { graph, trace } = await failing(id);
    for (const { from, to, place } of relations(graph, trace)) {
      const [source, target] = [trace.moments[from - 1]!, trace.moments[to - 1]!];
      expect(from).toBeLessThan(to);
      expect(source.thread).not.toBe(target.thread);
      expect([...source.changed, ...source.rewrote].map((c) => c.place)).toContain(place);
    }
  });
});
