/** A4.16: a write fault that is held back by balance_dirty_pages holds mmap_sem for reading; who waits for whom. */
import { and, bool, FALSE, ghost, peek, primitive, proc, progress, skip, store, track, TRUE, type Progress } from '../../language/index.ts';
import { down_read, down_write, up_read, up_write, writer_waits } from '../../kernel/mm_types.ts';
import { over_limit } from '../../kernel/throttle.ts';
import { source, type KernelConfig } from '../../kernel/version.ts';
import { mm_t } from '../../machine/types.ts';
import { I10b, I15Store } from '../../../properties/index.ts';
import { kthread, program, stores } from '../actors.ts';
import type { Cpu } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const mm = (): ReturnType<typeof mm_t.lit> => mm_t.lit(0);
/** ps has read what it wanted. */
const has_read = ghost('ps_has_read', bool, []);

const change_vmas = primitive('VMAs elsewhere', skip);
const sys_mmap = proc('sys_mmap', { params: {}, models: source('sys_mmap', 'mm/mmap.c'), doc: 'Maps, or unmaps, what no other thread here looks at.', sleeps: true }, () => {
  down_write(mm());
  change_vmas();
  up_write(mm());
});

const copy_args = primitive('copy the arguments', skip);
const proc_pid_cmdline = proc('proc_pid_cmdline', { params: {}, models: source('proc_pid_cmdline', 'fs/proc/base.c'), doc: 'Reads the memory of another process, as ps does.', sleeps: true }, () => {
  down_read(mm());
  copy_args();
  up_read(mm());
  track(has_read.at(), TRUE);
});

const write_elsewhere = primitive('write pages of other files', skip);
const below = primitive('below dirty_thresh', () => { store(over_limit.at(), FALSE); });
const writes_elsewhere = proc('wb_kupdate', { params: {}, models: source('wb_kupdate', 'mm/page-writeback.c'), sleeps: true }, () => {
  write_elsewhere();
  below();
});

/** A file system in user space whose server is a thread of the program: to write it must read its own memory. */
const serves_itself = proc('wb_kupdate_by_server', { params: {}, doc: 'The page that the server needs is not mapped: it faults.', sleeps: true }, () => {
  down_read(mm());
  up_read(mm());
  writes_elsewhere({});
});

const ps: Cpu = kthread('ps', () => { proc_pid_cmdline({}); });
const mapper: Cpu = kthread('mapper', () => { sys_mmap({}); });
const flusher: Cpu = kthread('flusher', () => { writes_elsewhere({}); });
const server: Cpu = kthread('server', () => { serves_itself({}); });
const all = [program(0, stores), mapper, ps, flusher];

const psReads = (unfair: readonly string[] = []): Progress => progress('A4.16-ps', 'progress: who only reads from a process gets its answer', { from: () => TRUE, to: () => peek(has_read.at()), unfair });
/** Whatever the device does. */
const though = psReads(['flusher']);
const psHangs = { verdict: 'violated', property: 'A4.16-ps' } as const;

const then: KernelConfig = { version: '2.6.23', balance: 'elsewhere' };
const behind: KernelConfig = { ...then, writersFirst: true };
const throttled = (): ReturnType<typeof and> => and(peek(over_limit.at()), peek(writer_waits.at(mm())));

const held: Omit<FileScenario, 'id' | 'title' | 'about' | 'expect' | 'kernel' | 'cpus'> = {
  entry: 'A4.16', start: { maps: [{ pte: 'ro' }], also: (set) => { set(over_limit.at(), TRUE); } }, properties: [I10b],
};

export const throttles = [
  fileScenario({
    ...held, id: 'seed-004/a4.16-unstuck-by-write-back', title: 'A writer throttled under mmap_sem, a writer of mmap_sem behind it, a reader behind that: write-back sets all free', kernel: behind, cpus: all,
    about: 'Peter Zijlstra, patch 2/3: "Now that we can detect writers of shared mappings, throttle them." The fault sleeps in balance_dirty_pages with mmap_sem held for reading; mmap waits for it, and ps waits behind mmap. Writing pages of other files needs neither mmap_sem nor a fault of this process, so all get on when it has been done.',
    progress: [I15Store(), psReads()], expect: { verdict: 'holds' }, reaches: () => ({ 'the mapper waits for the throttled program': throttled() }),
    mutants: [
      { name: 'device-stalls', what: 'nobody promises that write-back goes on', progress: [though], expect: psHangs },
      { name: 'server-faults', what: 'write-back is done by a thread of the same process, which takes mmap_sem for reading', cpus: [program(0, stores), mapper, ps, server], expect: { verdict: 'deadlock' } },
    ],
  }),
  fileScenario({
    ...held, id: 'seed-004/a4.16-server-faults', title: 'Write-back by a thread of the throttled process: deadlock behind a waiting writer', kernel: behind, cpus: [program(0, stores), mapper, ps, server],
    about: 'A server of a file system in user space that is a thread of the process whose fault is throttled, or that shares its memory: it needs a fault of its own to go on, and a writer that waits for mmap_sem keeps it out. Without the waiting writer it gets in beside the throttled fault.',
    expect: { verdict: 'deadlock', steps: 13 },
  }),
  fileScenario({
    ...held, id: 'seed-004/a4.16-ps-hangs', title: 'While the device stalls ps hangs behind mmap behind a throttled fault', kernel: behind, cpus: all,
    about: 'ps does not write, maps nothing and has nothing to do with the device: it waits for a lock that it would share with the throttled fault, for a writer is in the queue before it.',
    progress: [though], expect: { ...psHangs, steps: 13 },
  }),
  fileScenario({
    ...held, id: 'seed-004/a4.16-readers-pass', title: 'If waiting writers did not hold back readers, ps would get its answer', kernel: then, cpus: all,
    about: 'The same without the queue: whatever the device does, ps reads beside the throttled fault. It is the fairness to writers that couples the reader to the device.',
    progress: [though], expect: { verdict: 'holds' }, reaches: () => ({ 'ps has read over the limit': and(peek(over_limit.at()), peek(has_read.at())) }),
    mutants: [{ name: 'writers-first', what: 'a writer that waits holds readers back', kernel: { writersFirst: true }, expect: psHangs }],
  }),
  fileScenario({
    ...held, id: 'seed-004/a4.16-throttled-unlocked', title: 'Later kernels give mmap_sem back before they throttle: ps gets its answer', kernel: { version: '6.2', balance: 'elsewhere', writersFirst: true }, cpus: all,
    about: 'fault_dirty_shared_page of 6.2: "Drop the mmap_lock before waiting on IO, if we can." The writer is throttled all the same, and nobody else with it.',
    progress: [though], expect: { verdict: 'holds' }, reaches: () => ({ 'a writer waits over the limit': throttled() }),
    mutants: [{ name: 'under-mmap-sem', what: 'the fault throttles before it gives mmap_sem back', kernel: { variants: ['throttled under mmap_sem'] }, expect: psHangs }],
  }),
];
