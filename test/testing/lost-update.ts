/** Two CPUs add one to a counter: at once, or in two accesses between which the other's is lost. */
import { add, and, eq, index, int, load, peek, program, property, quiescent, rmw, shared, store, thread } from '../../model/language/index.ts';
import type { Program } from '../../model/language/ir.ts';

const count_t = int('count_t', 3);
const page = index('page');
const count = shared('count', count_t, [page], { display: 'page[%0]._count' });

export function lostUpdate(atomic: boolean): Program {
  const one = count_t.lit(1);
  const increment = (): void => {
    const at = count.at(page.lit(0));
    if (atomic) rmw('old', at, (old) => add(old, one), { ignore: true });
    else store(at, add(load('old', at), one));
  };
  const sum = property('sum', 'Both increments count.', () => ({
    end: { when: and(quiescent()), holds: eq(peek(count.at(page.lit(0))), count_t.lit(2)) },
  }));
  return program({
    name: atomic ? 'atomic increments' : 'lost update', sizes: { page: 1 }, properties: [sum],
    threads: () => [thread('first', 0, increment), thread('second', 1, increment)],
  });
}
