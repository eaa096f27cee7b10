import type { ExpectStatic as ExpectStatic5 } from 'vitest-expect-5';
import { describe, expect, expectTypeOf, it, type ExpectStatic } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import '../../testing/vitest.ts';
import { lostUpdate } from './lost-update.ts';

describe('matchers', () => {
  it('toHold and toViolate', async () => {
    await expect(lostUpdate(true)).toHold();
    await expect({ build: () => lostUpdate(true) }).toHold();
    await expect(lostUpdate(false)).not.toHold();
    await expect(lostUpdate(false)).toViolate('sum', { conjunct: 'end', steps: 4 });
    await expect(lostUpdate(false)).not.toViolate('sum', { steps: 5 });
    await expect(lostUpdate(false)).not.toViolate('deadlock');
  });

  it('fail with the trace', async () => {
    await expect(async () => { await expect(lostUpdate(false)).toHold(); }).rejects.toThrow(/violated, \d+ states, 4 steps[^]*CPU0[^]*sum\/end broken by step 4/);
    await expect(async () => { await expect(lostUpdate(false)).toViolate('other', { steps: 2 }); }).rejects.toThrow(/to violate other in 2 steps/);
  });
});

it('the types are those of vitest 4 and vitest 5', () => {
  type Assertion4 = ReturnType<ExpectStatic>;
  type Assertion5 = ReturnType<ExpectStatic5>;
  expectTypeOf<Assertion4['toHold']>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<Assertion5['toHold']>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<Assertion5['not']['toViolate']>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<Parameters<Assertion4['toViolate']>[0]>().toEqualTypeOf<string>();
  expectTypeOf<Parameters<Assertion5['toViolate']>[0]>().toEqualTypeOf<string>();
  expectTypeOf(lostUpdate).returns.toEqualTypeOf<Program>();
});
