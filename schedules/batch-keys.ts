/**
 * WebAssembly that makes the key of a state by which it is kept and found. A folded key is one word of the state and, in
 * a second word, the numbers of its parts.
 */
import { RECENT, TRANSITIONS, type Part, type Plan } from './batch-plan.ts';
import { BASE, get, loadAt, nth, num, put, storeAt, tee } from './emit-wasm.ts';
import { FINISH, MIX, SEED } from './hash.ts';
import { ATOMIC, OP, unsigned, VOID, type Bytes, type Func } from './wasm.ts';

/** Code that takes words into the hash in a local; each is code that loads one. */
function mix(words: readonly Bytes[], local: number): Bytes {
  return words.map((word) => get(local) + word + OP.xor + put(local) + times(local, MIX.factor) + shifted(local, MIX.shift)).join('');
}

function finish(local: number): Bytes {
  return FINISH.map(({ shift, factor }) => shifted(local, shift) + (factor === null ? '' : times(local, factor))).join('');
}

/** Code that leaves the hash of words in a local. */
function hash(words: readonly Bytes[], local: number): Bytes {
  return num(SEED) + put(local) + mix(words, local) + finish(local);
}

function times(local: number, factor: number): Bytes {
  return get(local) + num(factor | 0) + OP.mul + put(local);
}

function shifted(local: number, shift: number): Bytes {
  return get(local) + get(local) + num(shift) + OP.shrU + OP.xor + put(local);
}

/**
 * `(n, node)`: counts the n-th state of the batch, to which `node` led. Answers n + 1, or n when the state came by
 * recently, which half of all successors did: then the next one takes its place. Every slot of the cache holds a state
 * that did come by. Branches that go either way would cost more than what they save.
 */
export function keep(p: Plan): Func {
  const [n, node, state, h, slot] = [0, 1, 2, 3, 4];
  const words = Array.from({ length: p.layout.words }, (_, w) => w);
  const at = (w: number): Bytes => get(state) + loadAt(p.wordsAt + 4 * w);
  const own = nth(n);
  const parts = p.parts.map((part) => num(SEED) + put(h) + mix(part.words.map(at), h) + own + get(h) + storeAt(part.hashesAt)
    + own + BASE + loadAt(part.ownAt) + num(-1) + unchanged(p, part, at) + OP.select + storeAt(part.numbersAt)).join('');
  const mixed = p.folds === null ? words.map(at) : [at(p.raw), ...p.parts.map((part) => own + loadAt(part.hashesAt))];
  const change = words.map((w) => get(slot) + loadAt(p.recentAt + 4 * w) + at(w) + OP.xor).reduce((a, b) => a + b + OP.or);
  const body = get(n) + num(p.stride) + OP.mul + BASE + OP.add + put(state) + parts + hash(mixed, h)
    + get(h) + num(RECENT - 1) + OP.and + num(p.stride) + OP.mul + BASE + OP.add + put(slot)
    + own + get(node) + storeAt(p.nodesAt)
    + BASE + BASE + loadAt(TRANSITIONS) + num(1) + OP.add + storeAt(TRANSITIONS)
    + get(n) + change + num(0) + OP.ne + OP.add
    + words.map((w) => get(slot) + at(w) + storeAt(p.recentAt + 4 * w)).join('');
  return { locals: 3, body };
}

/** 1 when the part is still that of the state expanded. */
function unchanged(p: Plan, part: Part, at: (w: number) => Bytes): Bytes {
  return part.words.map((w) => at(w) + BASE + loadAt(p.scratchAt + 4 * w) + OP.xor).reduce((a, b) => a + b + OP.or, num(0)) + OP.eqz;
}

/** `(n, 0)`: makes the keys of the batch's n states. `intern`: by part. */
export function fold(p: Plan, interns: readonly number[]): Func {
  const [n, i, state, number, numbers] = [0, 1, 2, 3, 4];
  const own = nth(i);
  const parts = p.parts.map((part, k) => own + loadAt(part.numbersAt) + tee(number) + num(0) + OP.ltS + OP.if + VOID
    + get(state) + own + loadAt(part.hashesAt) + OP.call + unsigned(interns[k]!) + put(number) + OP.end
    + get(numbers) + get(number) + num(0) + loadAt(part.shiftAt) + OP.shl + OP.or + put(numbers)).join('');
  const words = [get(state) + loadAt(p.wordsAt + 4 * p.raw), get(numbers)];
  const make = get(i) + num(p.stride) + OP.mul + BASE + OP.add + put(state) + num(0) + put(numbers) + parts
    + words.map((word, k) => get(i) + num(3) + OP.shl + BASE + OP.add + word + storeAt(p.keysAt + 4 * k)).join('');
  const body = OP.block + VOID + OP.loop + VOID + get(n) + get(i) + OP.leS + OP.brIf + '\x01'
    + make + get(i) + num(1) + OP.add + put(i) + OP.br + '\0' + OP.end + OP.end + num(0);
  return { locals: 3, body };
}

/**
 * `(state, h)`: the number of the part, which hashes to `h`, of the batch's state at this address; a new one is put into the
 * table, which must have room. Whoever sees an entry of the index sees the part; one thread at a time adds.
 */
export function intern(p: Plan, part: Part): Func {
  const [state, h, at, number, entry] = [0, 1, 2, 3, 4];
  const size = 4 * part.words.length;
  const words = part.words.map((w) => get(state) + loadAt(p.wordsAt + 4 * w));
  const unequal = words.map((word, i) => word + get(entry) + loadAt(part.entriesAt + 4 * i) + OP.xor).reduce((a, b) => a + b + OP.or, num(0));
  const offset = get(number) + num(1) + OP.sub + num(size) + OP.mul + put(entry);
  const { load, store, lock, unlock } = p.threads === 1 ? ALONE : together(part);
  const add = num(0) + num(0) + loadAt(part.countAt) + num(1) + OP.add + tee(number) + storeAt(part.countAt) + offset
    + words.map((word, i) => get(entry) + word + storeAt(part.entriesAt + 4 * i)).join('')
    + get(at) + get(number) + store(part.indexAt) + unlock + get(number) + num(1) + OP.sub + OP.return;
  const body = finish(h) + OP.loop + VOID
    + slotOf(part, h) + tee(at) + load(part.indexAt) + tee(number) + OP.eqz + OP.if + VOID
    + lock + get(at) + load(part.indexAt) + tee(number) + OP.eqz + OP.if + VOID + add + OP.end + unlock + OP.end
    + offset + unequal + OP.eqz + OP.if + VOID + get(number) + num(1) + OP.sub + OP.return + OP.end
    + get(h) + num(1) + OP.add + put(h) + OP.br + '\0'
    + OP.end + OP.unreachable;
  return { locals: 3, body };
}

/** How an entry of an index is loaded and stored, and how others are kept from storing. */
interface Access {
  readonly load: (offset: number) => Bytes;
  readonly store: (offset: number) => Bytes;
  readonly lock: Bytes;
  readonly unlock: Bytes;
}

const ALONE: Access = { load: loadAt, store: storeAt, lock: '', unlock: '' };

function together({ lockAt }: Part): Access {
  const at = (op: Bytes) => (offset: number): Bytes => op + '\x02' + unsigned(offset);
  return {
    load: at(ATOMIC.load), store: at(ATOMIC.store),
    lock: OP.loop + VOID + num(0) + num(1) + at(ATOMIC.exchange)(lockAt) + OP.brIf + '\0' + OP.end,
    unlock: num(0) + num(0) + at(ATOMIC.store)(lockAt),
  };
}

/** `(from, to)`: puts the parts of these numbers into an index that lacks them. */
export function reindex(part: Part): Func {
  const [from, to, h, at, entry] = [0, 1, 2, 3, 4];
  const size = 4 * part.words.length;
  const body = OP.block + VOID + OP.loop + VOID
    + get(to) + get(from) + OP.leS + OP.brIf + '\x01'
    + get(from) + num(size) + OP.mul + put(entry)
    + hash(part.words.map((_, i) => get(entry) + loadAt(part.entriesAt + 4 * i)), h)
    + OP.loop + VOID
    + slotOf(part, h) + put(at) + get(h) + num(1) + OP.add + put(h)
    + get(at) + loadAt(part.indexAt) + OP.brIf + '\0' + OP.end
    + get(from) + num(1) + OP.add + put(from) + get(at) + get(from) + storeAt(part.indexAt) + OP.br + '\0'
    + OP.end + OP.end + num(0);
  return { locals: 3, body };
}

/** Distance in the index of the slot where the search for a hash begins. */
function slotOf(part: Part, h: number): Bytes {
  return get(h) + num(0) + loadAt(part.maskAt) + OP.and + num(2) + OP.shl;
}

/** Code that writes the state of the key at the address in `source` in full. */
export function unfold(p: Plan, source: number, entry: number): Bytes {
  const parts = p.parts.map((part) => BASE + get(source) + loadAt(4) + num(0) + loadAt(part.shiftAt) + OP.shrU + num(0) + loadAt(part.bitsAt) + OP.and + tee(entry) + storeAt(part.ownAt)
    + get(entry) + num(4 * part.words.length) + OP.mul + put(entry)
    + part.words.map((w, i) => BASE + get(entry) + loadAt(part.entriesAt + 4 * i) + storeAt(p.scratchAt + 4 * w)).join(''));
  return BASE + get(source) + loadAt(0) + storeAt(p.scratchAt + 4 * p.raw) + parts.join('');
}
