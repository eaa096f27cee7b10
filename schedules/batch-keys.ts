/**
 * WebAssembly that makes the key of a state by which it is kept and found. A folded key is one word of the state and the
 * number of its rest: all other words, which are kept once in a table, because few differ. The table is an index of
 * 32-bit entries (number + 1) in open addressing, then the rests in the order of their numbers.
 */
import { ENTRIES, MASK, RECENT, REST, RESTS, TRANSITIONS, type Plan } from './batch-plan.ts';
import { get, loadAt, num, put, storeAt, tee } from './emit-wasm.ts';
import { FINISH, MIX, SEED } from './hash.ts';
import { OP, unsigned, VOID, type Bytes, type Func } from './wasm.ts';

/** Code that leaves the hash of words in `local`; each is code that loads one. */
function hash(words: readonly Bytes[], local: number): Bytes {
  const fold = (shift: number): Bytes => get(local) + get(local) + num(shift) + OP.shrU + OP.xor + put(local);
  const times = (factor: number): Bytes => get(local) + num(factor | 0) + OP.mul + put(local);
  const mixed = words.map((word) => get(local) + word + OP.xor + put(local) + times(MIX.factor) + fold(MIX.shift));
  return num(SEED) + put(local) + mixed.join('') + FINISH.map(({ shift, factor }) => fold(shift) + (factor === null ? '' : times(factor))).join('');
}

/**
 * `(n, node)`: the n-th state of the batch, to which `node` led, gets its key and its hash. Answers n + 1, or n when the
 * state came by recently, which half of all successors did: then the next one takes its place. Every slot of the cache
 * holds a state that did come by. Branches that go either way would cost more than what they save.
 */
export function keep(p: Plan, intern: number): Func {
  const [n, node, state, rest, h, slot, key] = [0, 1, 2, 3, 4, 5, 6];
  const unequal = p.rest.map((w) => get(state) + loadAt(p.wordsAt + 4 * w) + num(p.scratchAt) + loadAt(4 * w) + OP.xor).reduce((a, b) => a + b + OP.or, num(0));
  const fold = num(0) + loadAt(REST) + put(rest) + unequal + OP.if + VOID + get(state) + num(0) + OP.call + unsigned(intern) + put(rest) + OP.end;
  const words = p.folds
    ? [get(state) + loadAt(p.wordsAt + 4 * p.raw), get(rest)]
    : Array.from({ length: p.keyWords }, (_, i) => get(state) + loadAt(p.wordsAt + 4 * i));
  const size = 4 * p.keyWords;
  const change = words.map((word, i) => get(slot) + loadAt(p.recentAt + 4 * i) + word + OP.xor).reduce((a, b) => a + b + OP.or);
  const body = get(n) + num(p.stride) + OP.mul + put(state) + (p.folds ? fold : '') + hash(words, h)
    + get(h) + num(RECENT - 1) + OP.and + num(size) + OP.mul + put(slot)
    + get(n) + num(size) + OP.mul + put(key)
    + (p.folds ? words.map((word, i) => get(key) + word + storeAt(p.keysAt + 4 * i)).join('') : '')
    + get(n) + num(2) + OP.shl + tee(key) + get(h) + storeAt(p.hashesAt)
    + get(key) + get(node) + storeAt(p.nodesAt)
    + num(0) + num(0) + loadAt(TRANSITIONS) + num(1) + OP.add + storeAt(TRANSITIONS)
    + get(n) + change + num(0) + OP.ne + OP.add
    + words.map((word, i) => get(slot) + word + storeAt(p.recentAt + 4 * i)).join('');
  return { locals: 5, body };
}

/** `(state, 0)`: the number of the rest of the batch's state at this distance; a new one is put into the table, which must have room. */
export function intern(p: Plan): Func {
  const [state, h, at, entry] = [0, 2, 3, 4];
  const size = 4 * p.rest.length;
  const words = p.rest.map((w) => get(state) + loadAt(p.wordsAt + 4 * w));
  const unequal = words.map((word, i) => word + get(entry) + loadAt(4 * i) + OP.xor).reduce((a, b) => a + b + OP.or, num(0));
  const address = (number: Bytes): Bytes => number + num(size) + OP.mul + num(0) + loadAt(ENTRIES) + OP.add + put(entry);
  const added = get(at) + num(0) + loadAt(RESTS) + num(1) + OP.add + tee(h) + storeAt(p.indexAt)
    + num(0) + get(h) + storeAt(RESTS) + address(get(h) + num(1) + OP.sub)
    + words.map((word, i) => get(entry) + word + storeAt(4 * i)).join('') + get(h) + num(1) + OP.sub + OP.return;
  const body = hash(words, h)
    + OP.loop + VOID
    + get(h) + num(0) + loadAt(MASK) + OP.and + num(2) + OP.shl + tee(at) + loadAt(p.indexAt) + tee(entry) + OP.eqz + OP.if + VOID + added + OP.end
    + address(get(entry) + num(1) + OP.sub)
    + unequal + OP.eqz + OP.if + VOID + get(at) + loadAt(p.indexAt) + num(1) + OP.sub + OP.return + OP.end
    + get(h) + num(1) + OP.add + put(h) + OP.br + '\0'
    + OP.end + OP.unreachable;
  return { locals: 3, body };
}

/** `(from, to)`: puts the rests of these numbers into an index that lacks them. */
export function reindex(p: Plan): Func {
  const [from, to, h, at, entry] = [0, 1, 2, 3, 4];
  const size = 4 * p.rest.length;
  const body = OP.block + VOID + OP.loop + VOID
    + get(to) + get(from) + OP.leS + OP.brIf + '\x01'
    + get(from) + num(size) + OP.mul + num(0) + loadAt(ENTRIES) + OP.add + put(entry)
    + hash(p.rest.map((_, i) => get(entry) + loadAt(4 * i)), h)
    + OP.loop + VOID
    + get(h) + num(0) + loadAt(MASK) + OP.and + num(2) + OP.shl + put(at)
    + get(h) + num(1) + OP.add + put(h)
    + get(at) + loadAt(p.indexAt) + OP.brIf + '\0' + OP.end
    + get(from) + num(1) + OP.add + put(from) + get(at) + get(from) + storeAt(p.indexAt) + OP.br + '\0'
    + OP.end + OP.end + num(0);
  return { locals: 3, body };
}

/** Code that writes the state of the key at the address in `source` in full. */
export function unfold(p: Plan, source: number, entry: number): Bytes {
  return num(0) + get(source) + loadAt(4) + storeAt(REST)
    + num(p.scratchAt) + get(source) + loadAt(0) + storeAt(4 * p.raw)
    + get(source) + loadAt(4) + num(4 * p.rest.length) + OP.mul + num(0) + loadAt(ENTRIES) + OP.add + put(entry)
    + p.rest.map((w, i) => num(p.scratchAt) + get(entry) + loadAt(4 * i) + storeAt(4 * w)).join('');
}
