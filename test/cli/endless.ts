/** The command line as a process, over a world that no search finishes: six threads of twenty steps. */
import { run } from '../../cli/run.ts';
import { check } from '../../schedules/check.ts';
import { lower } from '../../model/language/lower.ts';
import { index, int, program, property, shared, store, thread, eq, peek } from '../../model/language/index.ts';
import { fakeHost, fakeScenarios } from '../fake.ts';

const word_t = int('word_t', 30);
const cpu = index('cpu');
const word = shared('word', word_t, [cpu]);

const count = (at: number) => (): void => {
  for (let n = 1; n <= 20; n++) store(word.at(cpu.lit(at)), word_t.lit(n));
};
const endless = { ...fakeScenarios[1]!, id: 'endless', expect: { verdict: 'holds' } as const, build: () => program({
  name: 'endless', sizes: { cpu: 6 },
  threads: () => [0, 1, 2, 3, 4, 5].map((n) => thread(`cpu${n}`, n, count(n))),
  properties: [property('scratch', 'The last word is never 30.', () => ({ range: eq(eq(peek(word.at(cpu.lit(5))), word_t.lit(30)), eq(word_t.lit(0), word_t.lit(1))) }))],
}) };

process.exitCode = await run(process.argv.slice(2), fakeHost({
  scenarios: () => Promise.resolve([endless]),
  lower: (p) => Promise.resolve(lower(p)),
  check,
}));
