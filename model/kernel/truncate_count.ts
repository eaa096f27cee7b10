/** mapping->truncate_count: how do_no_page of 2.6.22 and before noticed a truncation it raced with. */
import { add, int, load, primitive, rmw, select, shared, lt } from '../language/index.ts';

export const sequence_t = int('sequence_t', 3);
const truncate_count_at = shared('truncate_count', sequence_t, [], { display: 'truncate_count' });

export const truncate_count = primitive('truncate_count', () => load('sequence', truncate_count_at.at()));
/** Saturates: a world truncates at most three times. */
export const bump_truncate_count = primitive('truncate_count++', () => {
  rmw('sequence', truncate_count_at.at(), (s) => select(lt(s, sequence_t.lit(3)), add(s, sequence_t.lit(1)), s), { ignore: true });
});
