/**
 * WebAssembly for the set of the keys found. A key is mixed by a bijection and kept as the 64-bit word that comes out, so that nothing
 * but the word itself has to be read to know a key again, and keys come out of the words. Words lie in buckets of a cache line, all
 * compared at once, and in about the order of the words: so the number of buckets can grow by any factor in place, from the last to the first.
 * Threads share it: an empty place is taken by one compare-and-exchange, and of two threads with the same word one wins. Only one thread
 * makes it grow, while no other works.
 *
 * The initial state's key is 0 once mixed, as an empty place is: it is found wherever it is looked for.
 */
import { BEHIND, BUCKET, COUNTED, IN_BUCKET, type Plan, type SetAddresses } from './batch-plan.ts';
import { BASE, get, loadAt, num, nth, put, storeAt, tee } from './emit-wasm.ts';
import { ATOMIC, I32, LONG, OP, PAIR, signedLong, unsigned, VOID, type Bytes, type Func } from './wasm.ts';

/** Multiplied by the first, xor with itself shifted right, and so on with the second; each factor with its inverse modulo 2^64. */
const ROUNDS = [[0x9e3779b97f4a7c15n, inverse(0x9e3779b97f4a7c15n)], [0xd6e8feb86659fd93n, inverse(0xd6e8feb86659fd93n)]] as const;
const SHIFT = 32n;
/** Distances of the pairs of words in a bucket. */
const PAIRS = [0, 16, 32, 48];

/** Newton's method doubles the bits that are right, three at first. */
function inverse(odd: bigint): bigint {
  let x = odd;
  for (let i = 0; i < 5; i++) x = BigInt.asUintN(64, x * (2n - odd * x));
  return x;
}

function long(n: bigint): Bytes {
  return LONG.const + signedLong(BigInt.asIntN(64, n));
}

function loadLong(offset: number): Bytes {
  return `${LONG.load}\x03${unsigned(offset)}`;
}

function storeLong(offset: number): Bytes {
  return `${LONG.store}\x03${unsigned(offset)}`;
}

function loadPair(offset: number): Bytes {
  return `${PAIR.load}\x04${unsigned(offset)}`;
}

function storePair(offset: number): Bytes {
  return `${PAIR.store}\x04${unsigned(offset)}`;
}

function loadByte(offset: number): Bytes {
  return `${OP.load8}\0${unsigned(offset)}`;
}

function storeByte(offset: number): Bytes {
  return `${OP.store8}\0${unsigned(offset)}`;
}

/** The address, less an offset, of one of some things of so many bytes. */
function item(local: number, bytes: number): Bytes {
  return get(local) + num(bytes) + OP.mul;
}

/** Code that does `each` while the number in one local is below that in another, and counts it up. */
function count(i: number, end: number, each: Bytes): Bytes {
  return OP.block + VOID + OP.loop + VOID + get(end) + get(i) + OP.leS + OP.brIf + '\x01'
    + each + get(i) + num(1) + OP.add + put(i) + OP.br + '\0' + OP.end + OP.end;
}

/** The address, less `entriesAt`, of the bucket that the word in a local belongs to: the words are dealt out evenly, in order. */
function home(set: SetAddresses, word: number): Bytes {
  return get(word) + long(32n) + LONG.shrU + num(0) + loadAt(set.bucketsAt) + LONG.extend + LONG.mul + long(32n) + LONG.shrU + LONG.wrap + num(BUCKET) + OP.mul;
}

/** The pairs of words of a bucket, each code that loads one. */
function pairs(set: SetAddresses, bucket: number): readonly Bytes[] {
  return PAIRS.map((at) => get(bucket) + loadPair(set.entriesAt + at));
}

/** A number with a bit for each place of a bucket: set where it is empty. */
function empty(bucket: readonly Bytes[]): Bytes {
  return bucket.map((pair, i) => pair + PAIR.zero + PAIR.eq + PAIR.bits + num(2 * i) + OP.shl).reduce((a, b) => a + b + OP.or);
}

/** Whether a bucket has the word that is in both halves of a local. */
function has(bucket: readonly Bytes[], words: number): Bytes {
  return bucket.map((pair) => pair + get(words) + PAIR.eq).reduce((a, b) => a + b + PAIR.or) + PAIR.any;
}

/** The address of the first empty place, of which there is one. */
function place(set: SetAddresses, bucket: number, places: number): Bytes {
  return get(bucket) + num(set.entriesAt) + OP.add + get(places) + OP.ctz + num(3) + OP.shl + OP.add;
}

/** The address of one of some things of so many bytes in the thread's region, less where they begin; a thread alone has the first one, at 0. */
function own(p: Plan, local: number, bytes: number): Bytes {
  return item(local, bytes) + (p.threads === 1 ? '' : BASE + OP.add);
}

/** Code that lists the i-th state of the batch as the one found after others. */
function listed(p: Plan, set: SetAddresses, found: number, i: number): Bytes {
  const size = 4 * p.keyWords;
  return nth(found) + get(i) + storeAt(p.freshAt)
    + own(p, found, size) + own(p, i, size) + (p.keyWords === 1 ? loadAt(p.keysAt) + storeAt(set.newAt) : loadLong(p.keysAt) + storeLong(set.newAt));
}

/** `(n, 0)`: mixes the keys of the batch's n states, and touches the buckets they belong to: the processor overlaps the cache misses. */
export function mix(p: Plan, set: SetAddresses): Func {
  const [n, i, seen, word] = [0, 2, 3, 4];
  const shifted = get(word) + get(word) + long(SHIFT) + LONG.shrU + LONG.xor + put(word);
  const key = own(p, i, 4 * p.keyWords) + (p.keyWords === 1 ? `${LONG.load32}\x02${unsigned(p.keysAt)}` : loadLong(p.keysAt));
  const each = key + num(0) + loadLong(set.firstAt) + LONG.xor + put(word)
    + ROUNDS.map(([factor]) => get(word) + long(factor) + LONG.mul + put(word) + shifted).join('')
    + own(p, i, 8) + get(word) + storeLong(set.mixedAt)
    + home(set, word) + loadAt(set.entriesAt) + get(seen) + OP.xor + put(seen);
  return { locals: 2, longs: 1, body: count(i, n, each) + BASE + get(seen) + storeAt(set.sinkAt) + num(0) };
}

/**
 * `(n, room)`: puts those of the batch's n states that are new into the set, at most `room`; lists their numbers in the batch
 * and their keys. Answers how many they are, or the complement when there was one more.
 */
export function insert(p: Plan, set: SetAddresses): Func {
  return p.threads === 1 ? insertAlone(p, set) : insertTogether(p, set);
}

/** Branches that go either way would cost more than what they save: what is known is written where nobody reads. */
function insertAlone(p: Plan, set: SetAddresses): Func {
  const [n, room, i, bucket, seen, places, found, word, words] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const each = item(i, 8) + loadLong(set.mixedAt) + put(word) + get(word) + PAIR.splat + put(words)
    + home(set, word) + put(bucket)
    + OP.loop + VOID + has(pairs(set, bucket), words) + put(seen) + empty(pairs(set, bucket)) + tee(places) + get(seen) + OP.or + OP.eqz + OP.if + VOID
    + get(bucket) + num(BUCKET) + OP.add + put(bucket) + OP.br + '\x01' + OP.end + OP.end
    + get(found) + get(room) + OP.eq + get(seen) + OP.eqz + OP.and + OP.if + VOID + get(found) + num(-1) + OP.xor + OP.return + OP.end
    + num(set.sinkAt) + place(set, bucket, places) + get(seen) + OP.select + get(word) + storeLong(0)
    + listed(p, set, found, i)
    + get(found) + get(seen) + OP.eqz + OP.add + put(found);
  return { locals: 5, longs: 1, pairs: 1, body: count(i, n, each) + get(found) };
}

/**
 * Places are taken in order, the first empty one of the first bucket that is not full, so whoever takes one has compared all before it. A bucket
 * is loaded once, so that no place is filled between the two looks at it; the halves of an aligned pair are loaded whole by the processors that
 * Node runs on.
 */
function insertTogether(p: Plan, set: SetAddresses): Func {
  const [n, room, i, bucket, places, found, word, before, words, line] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const loaded = PAIRS.map((_, k) => get(line + k));
  const each = own(p, i, 8) + loadLong(set.mixedAt) + put(word) + get(word) + PAIR.splat + put(words)
    + home(set, word) + put(bucket)
    + OP.block + VOID + OP.loop + VOID
    + pairs(set, bucket).map((pair, k) => pair + put(line + k)).join('')
    + has(loaded, words) + OP.brIf + '\x01'
    + empty(loaded) + tee(places) + OP.eqz + OP.if + VOID + get(bucket) + num(BUCKET) + OP.add + put(bucket) + OP.br + '\x01' + OP.end
    + get(found) + get(room) + OP.eq + OP.if + VOID + get(found) + num(-1) + OP.xor + OP.return + OP.end
    + place(set, bucket, places) + long(0n) + get(word) + ATOMIC.compareExchange + '\x03\0' + put(before)
    + get(before) + get(word) + LONG.eq + OP.brIf + '\x01'
    + get(before) + LONG.eqz + OP.eqz + OP.brIf + '\0'
    + listed(p, set, found, i) + get(found) + num(1) + OP.add + put(found)
    + OP.end + OP.end;
  return { locals: 4, longs: 2, pairs: 1 + PAIRS.length, body: count(i, n, each) + get(found) };
}

/**
 * `(from, to)`: makes the number of buckets `to`; `from` is that of all there are, those behind the last included. What belongs together,
 * full buckets and the one in which the last of them goes on, is taken out and put where it belongs now, which is never before where it was taken.
 * How many words a bucket has is counted aside: to read what was just written in another width would wait for the write, for each word.
 */
export function widen(set: SetAddresses): Func {
  const [from, to, start, end, at, places, next, low, word] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const fullBefore = get(start) + OP.if + I32 + get(start) + num(BUCKET) + OP.sub + loadLong(set.entriesAt + BUCKET - 8) + LONG.eqz + OP.eqz + OP.else + num(0) + OP.end;
  const back = get(start) + num(BUCKET) + OP.sub + put(start);
  const takeOut = num(set.runAt) + put(at)
    + OP.loop + VOID
    + get(at) + num(set.runEnd) + OP.eq + OP.if + VOID + OP.unreachable + OP.end
    + get(at) + num(set.runAt) + OP.sub + get(start) + OP.add + put(places)
    + PAIRS.map((pair) => get(at) + get(places) + loadPair(set.entriesAt + pair) + storePair(pair) + get(places) + PAIR.zero + storePair(set.entriesAt + pair)).join('')
    + get(at) + num(BUCKET) + OP.add + put(at)
    + get(places) + num(BUCKET) + OP.add + get(end) + OP.ne + OP.brIf + '\0' + OP.end
    + get(at) + put(end);
  const slot = get(at) + num(6) + OP.shrU + num(COUNTED - 1) + OP.and;
  const lower = OP.block + VOID + OP.loop + VOID + get(at) + get(low) + OP.geU + OP.brIf + '\x01'
    + get(low) + num(BUCKET) + OP.sub + tee(low) + num(6) + OP.shrU + num(COUNTED - 1) + OP.and + num(0) + storeByte(set.countsAt) + OP.br + '\0' + OP.end + OP.end;
  const putBack = home(set, word) + put(at) + lower
    + OP.loop + VOID
    + get(at) + get(low) + OP.sub + num(COUNTED * BUCKET) + OP.geU + OP.if + VOID + OP.unreachable + OP.end
    + slot + loadByte(set.countsAt) + tee(places) + num(IN_BUCKET) + OP.eq + OP.if + VOID + get(at) + num(BUCKET) + OP.add + put(at) + OP.br + '\x01' + OP.end + OP.end
    + slot + get(places) + num(1) + OP.add + storeByte(set.countsAt)
    + get(places) + num(3) + OP.shl + get(at) + OP.add + get(word) + storeLong(set.entriesAt);
  const body = num(0) + get(to) + storeAt(set.bucketsAt) + item(from, BUCKET) + put(start) + get(to) + num(BEHIND) + OP.add + num(BUCKET) + OP.mul + put(low)
    + OP.loop + VOID
    + get(start) + put(end) + back
    + OP.block + VOID + OP.loop + VOID + fullBefore + OP.eqz + OP.brIf + '\x01' + back + OP.br + '\0' + OP.end + OP.end
    + takeOut + num(set.runAt) + put(next)
    + OP.block + VOID + OP.loop + VOID
    + get(next) + loadLong(0) + tee(word) + LONG.eqz + OP.brIf + '\x01' + putBack
    + get(next) + num(8) + OP.add + tee(next) + get(end) + OP.ne + OP.brIf + '\0' + OP.end + OP.end
    + get(start) + OP.brIf + '\0' + OP.end;
  return { locals: 6, longs: 1, body: body + num(0) };
}

/** `(from, to)`: lists the keys in buckets from … to-1, which are not more than fit a batch; answers how many. Only for the first thread. */
export function list(p: Plan, set: SetAddresses): Func {
  const [from, to, i, end, found, word] = [0, 1, 2, 3, 4, 5];
  const shifted = get(word) + get(word) + long(SHIFT) + LONG.shrU + LONG.xor + put(word);
  const store = p.keyWords === 1 ? LONG.wrap + storeAt(set.newAt) : storeLong(set.newAt);
  const each = item(i, 8) + loadLong(set.entriesAt) + put(word)
    + item(found, 4 * p.keyWords)
    + get(found) + get(word) + LONG.eqz + OP.eqz + OP.add + put(found)
    + [...ROUNDS].reverse().map(([, inverted]) => shifted + get(word) + long(inverted) + LONG.mul + put(word)).join('')
    + get(word) + num(0) + loadLong(set.firstAt) + LONG.xor + store;
  return { locals: 3, longs: 1, body: item(from, IN_BUCKET) + put(i) + item(to, IN_BUCKET) + put(end) + count(i, end, each) + get(found) };
}
