/** Locks with owners: spinlock, reader-writer semaphore, lock bit. A step each; blocking until free. */
import {
  add, and, atomic, bool, eq, FALSE, ghost, int, not, or, peek, primitive, record, rmw, select, store, sub, thisCpu, track, TRUE, ne,
  type Place, type Value,
} from '../language/index.ts';
import { cpu_t, owner_t } from './types.ts';

type OwnerLock = Place<'owner_t'>;

const depth_t = int('depth_t', 3);

/** Spinning locks that each CPU holds: sleeping is wrong while it is not 0. */
export const preempt_count = ghost('preempt_count', depth_t, [cpu_t], { display: '%0.preempt_count' });
/** Latched when a lock was released by somebody who did not hold it. */
export const wrong_unlock = ghost('wrong_unlock', bool, []);
/** Latched when a thread went to sleep with a spinning lock held. */
export const slept_atomic = ghost('slept_atomic', bool, []);

const me = (): Value<'owner_t'> => owner_t.of({ held: TRUE, cpu: thisCpu(cpu_t) });
const FREE = (): Value<'owner_t'> => owner_t.of({});

function acquire(lock: OwnerLock, spinning: boolean): void {
  rmw('owner', lock, me, {
    when: (owner) => not(owner_t.get(owner, 'held')),
    ignore: true,
    lock: { op: 'acquire', spinning, lock: lock.ref, mode: 'exclusive' },
  });
}

function release(lock: OwnerLock, spinning: boolean): void {
  const owner = rmw('owner', lock, FREE, { ignore: true, lock: { op: 'release', spinning, lock: lock.ref, mode: 'exclusive' } });
  track(wrong_unlock.at(), or(peek(wrong_unlock.at()), ne(owner, me())));
}

function spun(by: 1 | -1): void {
  const depth = preempt_count.at(thisCpu(cpu_t));
  const one = depth_t.lit(1);
  track(depth, by === 1 ? add(peek(depth), one) : select(eq(peek(depth), depth_t.lit(0)), depth_t.lit(0), sub(peek(depth), one)));
}

/** A lock taken by `name(args)`: the args say which, for listings. */
type Locker<A extends readonly Value<string>[]> = (...args: A) => void;

export function spinLock<A extends readonly Value<string>[]>(name: string, lock: (...args: A) => OwnerLock): Locker<A> {
  return primitive(name, (...args: A) => { acquire(lock(...args), true); spun(1); });
}

export function spinUnlock<A extends readonly Value<string>[]>(name: string, lock: (...args: A) => OwnerLock): Locker<A> {
  return primitive(name, (...args: A) => { release(lock(...args), true); spun(-1); });
}

export function sleepLock<A extends readonly Value<string>[]>(name: string, lock: (...args: A) => OwnerLock): Locker<A> {
  return primitive(name, (...args: A) => { acquire(lock(...args), false); might_sleep(); });
}

/** Takes the lock if it is free, and says whether it did. Does not sleep. */
export function sleepTrylock<A extends readonly Value<string>[]>(name: string, lock: (...args: A) => OwnerLock): (...args: A) => Value<'bool'> {
  return primitive(name, (...args: A) => {
    const at = lock(...args);
    const old = rmw('owner', at, (owner) => select(eq(owner, FREE()), me(), owner), { lock: { op: 'tryAcquire', spinning: false, lock: at.ref, mode: 'exclusive' } });
    return eq(old, FREE());
  });
}

export function sleepUnlock<A extends readonly Value<string>[]>(name: string, lock: (...args: A) => OwnerLock): Locker<A> {
  return primitive(name, (...args: A) => { release(lock(...args), false); });
}

/** Rides with the step before: sleeping here is wrong with a spinning lock held (I10b). */
export function might_sleep(): void {
  const depth = peek(preempt_count.at(thisCpu(cpu_t)));
  track(slept_atomic.at(), or(peek(slept_atomic.at()), ne(depth, depth_t.lit(0))));
}

const readers_t = int('readers_t', 3);
/** A reader-writer semaphore: readers, or one writer. Writers do not hold back new readers. */
export const rwsem_t = record('rwsem_t', { writer: bool, readers: readers_t });
type RwSem = Place<'rwsem_t'>;

export function downRead<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): Locker<A> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    rmw('sem', at, (s) => rwsem_t.with(s, 'readers', add(rwsem_t.get(s, 'readers'), readers_t.lit(1))), {
      when: (s) => not(rwsem_t.get(s, 'writer')), ignore: true, lock: { op: 'acquire', spinning: false, lock: at.ref, mode: 'shared' },
    });
    might_sleep();
  });
}

export function upRead<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): Locker<A> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    rmw('sem', at, (s) => rwsem_t.with(s, 'readers', sub(rwsem_t.get(s, 'readers'), readers_t.lit(1))), {
      ignore: true, lock: { op: 'release', spinning: false, lock: at.ref, mode: 'shared' },
    });
  });
}

export function downWrite<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): Locker<A> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    rmw('sem', at, (s) => rwsem_t.with(s, 'writer', TRUE), {
      when: (s) => and(not(rwsem_t.get(s, 'writer')), eq(rwsem_t.get(s, 'readers'), readers_t.lit(0))),
      ignore: true, lock: { op: 'acquire', spinning: false, lock: at.ref, mode: 'exclusive' },
    });
    might_sleep();
  });
}

/** Takes the semaphore for writing if nobody has it, and says whether it did. Does not sleep. */
export function downWriteTrylock<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): (...args: A) => Value<'bool'> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    const old = rmw('sem', at, (s) => select(eq(s, rwsem_t.of({})), rwsem_t.of({ writer: TRUE }), s), {
      lock: { op: 'tryAcquire', spinning: false, lock: at.ref, mode: 'exclusive' },
    });
    return eq(old, rwsem_t.of({}));
  });
}

export function upWrite<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): Locker<A> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    rmw('sem', at, (s) => rwsem_t.with(s, 'writer', FALSE), { ignore: true, lock: { op: 'release', spinning: false, lock: at.ref, mode: 'exclusive' } });
  });
}

/** From writer to reader, with no writer in between (downgrade_write). */
export function downgradeWrite<A extends readonly Value<string>[]>(name: string, sem: (...args: A) => RwSem): Locker<A> {
  return primitive(name, (...args: A) => {
    const at = sem(...args);
    rmw('sem', at, () => rwsem_t.of({ readers: readers_t.lit(1) }), { ignore: true, lock: { op: 'downgrade', spinning: false, lock: at.ref, mode: 'exclusive' } });
  });
}

interface Queued {
  readonly sem: RwSem;
  /** A writer waits in the queue: only then does it hold readers back. At most one waits. */
  readonly waits: Place<'bool'>;
}

const QUEUE = 'the count and the queue of a semaphore change by one cmpxchg or under its wait_lock';

/** As `downRead` where a writer that waits holds new readers back; within a primitive. */
export function downReadQueued({ sem, waits }: Queued): void {
  const old = peek(sem);
  atomic(QUEUE, () => { store(sem, rwsem_t.with(old, 'readers', add(rwsem_t.get(old, 'readers'), readers_t.lit(1)))); }, {
    when: and(not(rwsem_t.get(old, 'writer')), not(peek(waits))), lock: { op: 'acquire', spinning: false, lock: sem.ref, mode: 'shared' },
  });
  might_sleep();
}

/** As `downWrite`, in two steps: into the queue, then the lock. */
export function downWriteQueued({ sem, waits }: Queued): void {
  rmw('before', waits, () => TRUE, { when: not, ignore: true });
  const old = peek(sem);
  atomic(QUEUE, () => {
    store(sem, rwsem_t.with(old, 'writer', TRUE));
    store(waits, FALSE);
  }, {
    when: and(not(rwsem_t.get(old, 'writer')), eq(rwsem_t.get(old, 'readers'), readers_t.lit(0))), lock: { op: 'acquire', spinning: false, lock: sem.ref, mode: 'exclusive' },
  });
  might_sleep();
}
