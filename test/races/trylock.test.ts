/** down_write_trylock, trylock_page: what the static check of locks makes of it. */
import { expect, it } from 'vitest';
import { LanguageError } from '../../model/language/errors.ts';
import { If, program, thread } from '../../model/language/index.ts';
import { down_write_trylock, up_write } from '../../model/kernel/mm_types.ts';
import { trylock_page, unlock_page } from '../../model/kernel/page.ts';
import { mm_t, pfn_t } from '../../model/machine/types.ts';
import { DEFAULT_MACHINE } from '../../model/machine/config.ts';

const mm = () => mm_t.lit(0);
const world = (body: () => void) => program({
  name: 'trylock', sizes: { cpu_t: 1, mm_t: 1, pfn_t: 1 }, options: { kernel: { version: '5.5' }, machine: DEFAULT_MACHINE }, threads: () => [thread('only', 0, body)], init: () => undefined, properties: [],
});

it('holds the semaphore where the try succeeded, and nowhere else', () => {
  expect(() => world(() => { If(down_write_trylock(mm()), () => { up_write(mm()); }); })).not.toThrow();
  expect(() => world(() => { If(down_write_trylock(mm()), () => undefined, () => { up_write(mm()); }); })).toThrow(LanguageError);
  expect(() => world(() => { down_write_trylock(mm()); up_write(mm()); })).toThrow(LanguageError);
  expect(() => world(() => { If(down_write_trylock(mm()), () => undefined); })).toThrow(LanguageError);
});

it('holds the page lock where the try succeeded, and nowhere else', () => {
  const page = () => pfn_t.lit(0);
  expect(() => world(() => { If(trylock_page(page()), () => { unlock_page(page()); }); })).not.toThrow();
  expect(() => world(() => { trylock_page(page()); unlock_page(page()); })).toThrow(LanguageError);
  expect(() => world(() => { If(trylock_page(page()), () => undefined); })).toThrow(LanguageError);
});
