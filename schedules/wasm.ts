/** The part of the WebAssembly binary format that the batch expander is generated in (https://webassembly.github.io/spec/core/binary/). Values are i32 but for keys, which are i64 and compared several at a time. */
import { PAGE, type Memory } from './webassembly.ts';

/** Code: a character a byte. Joining strings copies nothing, and a node's code is joined of hundreds; see `codeOf`. */
export type Bytes = string;

/** One-byte instructions. */
export const OP = {
  unreachable: '\x00', block: '\x02', loop: '\x03', if: '\x04', else: '\x05', end: '\x0b', br: '\x0c', brIf: '\x0d', return: '\x0f', call: '\x10', callIndirect: '\x11',
  drop: '\x1a', select: '\x1b', get: '\x20', set: '\x21', tee: '\x22', global: '\x23', load: '\x28', load8: '\x2d', store: '\x36', store8: '\x3a', const: '\x41',
  ctz: '\x68', eqz: '\x45', eq: '\x46', ne: '\x47', ltS: '\x48', geU: '\x4f', leS: '\x4c', add: '\x6a', sub: '\x6b', mul: '\x6c', and: '\x71', or: '\x72', xor: '\x73', shl: '\x74', shrS: '\x75', shrU: '\x76',
} as const;
/** Two-byte instructions on memory that threads share; the last one on a 64-bit word. */
export const ATOMIC = { load: '\xfe\x10', store: '\xfe\x17', exchange: '\xfe\x41', compareExchange: '\xfe\x49' } as const;
/** Instructions on 64-bit words. */
export const LONG = { load: '\x29', load32: '\x35', store: '\x37', const: '\x42', mul: '\x7e', xor: '\x85', shrU: '\x88', eqz: '\x50', eq: '\x51', wrap: '\xa7', extend: '\xad' } as const;
/** Instructions on pairs of 64-bit words. */
export const PAIR = {
  load: '\xfd\x00', store: '\xfd\x0b', zero: `\xfd\x0c${'\0'.repeat(16)}`, splat: '\xfd\x12', or: '\xfd\x50', any: '\xfd\x53', bits: '\xfd\xc4\x01', eq: '\xfd\xd6\x01',
} as const;
/** Most pages of a memory. */
const MOST_PAGES = 2 ** 16;
/** Block types. */
export const VOID = '\x40';
export const I32 = '\x7f';
const I64 = '\x7e';
const V128 = '\x7b';

/** A function of two parameters; its further locals begin at 2: first those that are i32, then long ones, then pairs. */
export interface Func {
  readonly locals: number;
  readonly longs?: number;
  readonly pairs?: number;
  readonly body: Bytes;
}

/** A function as it stands in a module. */
export type Code = Uint8Array;

/** True for what `unreachable` throws. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/**
 * A module of functions over an imported memory, which threads share or not, and an imported number, global 0; `table` has the
 * functions that are called by number, `exports` those that JavaScript calls.
 */
export function moduleOf(funcs: readonly Code[], table: readonly number[], exports: Readonly<Record<string, number>>, shared: boolean): object {
  const count = unsigned(funcs.length);
  const head = [
    '\0asm\x01\0\0\0',
    section(1, `\x01\x60\x02${I32}${I32}\x01${I32}`),
    section(2, `\x02${text('env')}${text('memory')}\x02${shared ? `\x03\x01${unsigned(MOST_PAGES)}` : '\0\x01'}${text('env')}${text('base')}\x03${I32}\0`),
    section(3, count + '\0'.repeat(funcs.length)),
    section(4, `\x01\x70\0${unsigned(table.length)}`),
    section(7, unsigned(Object.keys(exports).length) + Object.entries(exports).map(([name, f]) => `${text(name)}\0${unsigned(f)}`).join('')),
    section(9, `\x01\0${OP.const}\0${OP.end}${unsigned(table.length)}${table.map(unsigned).join('')}`),
    `\x0a${unsigned(funcs.reduce((sum, code) => sum + code.length, count.length))}${count}`,
  ];
  return new WebAssembly.Module(Buffer.concat([latin1(head.join('')), ...funcs]));
}

/** Functions of a module, by the names they are exported by; `base` is its global. */
export function exportsOf(module: object, memory: object, base: number): object {
  return new WebAssembly.Instance(module, { env: { memory, base } }).exports;
}

/** LEB128. */
export function unsigned(n: number): Bytes {
  let out = '';
  for (let rest = n; ; rest >>>= 7) {
    if (rest < 128) return out + String.fromCharCode(rest);
    out += String.fromCharCode((rest & 127) | 128);
  }
}

/** LEB128, of a signed 32-bit number. */
export function signed(n: number): Bytes {
  let out = '';
  for (let rest = n; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return out + String.fromCharCode(rest & 127);
    out += String.fromCharCode((rest & 127) | 128);
  }
}

/** LEB128, of a signed 64-bit number. */
export function signedLong(n: bigint): Bytes {
  let out = '';
  for (let rest = n; ; rest >>= 7n) {
    if (rest >= -64n && rest < 64n) return out + String.fromCharCode(Number(rest & 127n));
    out += String.fromCharCode(Number((rest & 127n) | 128n));
  }
}

/** Memory of as many bytes at first, which threads share or not. */
export function memoryOf(bytes: number, shared: boolean): Memory<ArrayBufferLike> {
  const initial = Math.max(1, Math.ceil(bytes / PAGE));
  return shared ? new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared }) : new WebAssembly.Memory({ initial, maximum: MOST_PAGES });
}

/** In bytes. The strings that a function was joined of take more than ten times as much: made so at once, they are gone before the next function is. */
export function codeOf({ locals, longs = 0, pairs = 0, body }: Func): Code {
  const groups = ([[locals, I32], [longs, I64], [pairs, V128]] as const).filter(([count]) => count > 0);
  const all = `${unsigned(groups.length)}${groups.map(([count, type]) => unsigned(count) + type).join('')}${body}${OP.end}`;
  return latin1(unsigned(all.length) + all);
}

function latin1(bytes: Bytes): Uint8Array {
  return Buffer.from(bytes, 'latin1');
}

function section(id: number, content: Bytes): Bytes {
  return String.fromCharCode(id) + unsigned(content.length) + content;
}

function text(s: string): Bytes {
  return String.fromCharCode(s.length) + s;
}
