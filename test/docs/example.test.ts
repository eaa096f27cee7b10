import { add, eq, int, load, peek, program, property, quiescent, rmw, shared, store, thread } from 'pterace';
import 'pterace/vitest';
import { expect, it } from 'vitest';

const count_t = int('count_t', 3);
const mapcount = shared('_mapcount', count_t, []);
const world = (inc: () => void) => program({
  name: 'two CPUs map a page', sizes: {}, threads: () => [thread('a', 0, inc), thread('b', 1, inc)],
  properties: [property('counted', 'both mappings are counted', () => ({ end: { when: quiescent(), holds: eq(peek(mapcount.at()), count_t.lit(2)) } }))],
});

it('a load and a store lose a count, a locked increment does not', async () => {
  await expect(world(() => { store(mapcount.at(), add(load('old', mapcount.at()), count_t.lit(1))); })).toViolate('counted', { steps: 4 });
  await expect(world(() => { rmw('old', mapcount.at(), (old) => add(old, count_t.lit(1)), { ignore: true }); })).toHold();
});
