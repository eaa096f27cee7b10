/** Everybody who can write the page breaks its protection first (A2.3). */
import { and, drop, never, not, peek, quiescent, type Value } from '../../language/index.ts';
import { frozen, PG_dirty } from '../../kernel/page.ts';
import { pfn_t } from '../../machine/types.ts';
import { I1Strong, I3, I4, I5, I6 } from '../../../properties/index.ts';
import { kthread, program, protects, stores, writesFile, writesPipe } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const isProtected = (): Value<'bool'> => peek(frozen.at(pfn_t.lit(0)));
const changed = { verdict: 'violated', property: 'I6' } as const;
const protector = kthread('protector', protects);

const writers: Omit<FileScenario, 'id' | 'expect' | 'title' | 'cpus'> = {
  entry: 'A2.3',
  about: 'Jérôme Glisse, 2020-10-07: "you need a callback to break the protection and it needs to handle all cases ie not only write by CPU through file mapping but also file write syscall and other syscall that can write to page (pipe, ...)."',
  kernel: { version: '5.9', writeProtection: {} },
  start: { maps: [{ pte: 'ro' }] },
  properties: [I6, I1Strong, I3, I4, I5],
  reaches: () => ({
    'protected': isProtected(),
    'broken or never protected': and(quiescent(), not(isProtected()), peek(PG_dirty.at(pfn_t.lit(0)))),
    'protected after the write': and(quiescent(), isProtected(), peek(PG_dirty.at(pfn_t.lit(0)))),
  }),
};

export const writersBreak = [
  fileScenario({
    ...writers, id: 'seed-002/a2.3-write', title: 'write(2) breaks the protection under the page lock, then writes', cpus: [kthread('writer', writesFile), protector], properties: [I6, I1Strong, I4, I5], expect: { verdict: 'holds' },
    mutants: [
      { name: 'does-not-break', what: 'write(2) does not break the protection', mutations: [drop('generic_perform_write', 'break_protection')], properties: [I6], expect: changed },
    ],
  }),
  fileScenario({
    ...writers, id: 'seed-002/a2.3-pipe', title: 'A pipe that has the page breaks the protection before it is written to', cpus: [kthread('pipe', writesPipe), protector], properties: [I6, I1Strong, I4, I5], expect: { verdict: 'holds' },
    mutants: [{ name: 'does-not-break', what: 'the pipe\'s writer does not break the protection', mutations: [drop('splice_and_pipe_write', 'break_protection')], properties: [I6], expect: changed }],
  }),
  fileScenario({
    ...writers, id: 'seed-002/a2.3-all', title: 'A mapping, write(2) and a pipe', cpus: [program(0, stores), kthread('writer', writesFile), kthread('pipe', writesPipe), protector], expect: { verdict: 'holds' },
    mutants: [{ name: 'mapping-does-not-break', what: 'the write fault does not break the protection', cpus: [program(0, stores), protector], mutations: [never('wp_page_shared', 'break_protection_of_file')], properties: [I6], expect: changed }],
  }),
];
