/** The part of the WebAssembly binary format that the batch expander is generated in (https://webassembly.github.io/spec/core/binary/). All values are i32. */

import { PAGE, type Memory } from './webassembly.ts';

/** One-byte instructions. */
export const OP = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, return: 0x0f, callIndirect: 0x11,
  drop: 0x1a, select: 0x1b, get: 0x20, set: 0x21, tee: 0x22, load: 0x28, store: 0x36, store8: 0x3a, const: 0x41,
  eqz: 0x45, eq: 0x46, ne: 0x47, ltS: 0x48, geU: 0x4f, leS: 0x4c, add: 0x6a, sub: 0x6b, mul: 0x6c, and: 0x71, or: 0x72, xor: 0x73, shl: 0x74, shrS: 0x75, shrU: 0x76,
} as const;
/** Block types. */
export const VOID = 0x40;
export const I32 = 0x7f;

/** A function of two parameters; its further locals begin at 2. */
export interface Func {
  readonly locals: number;
  readonly body: readonly number[];
}

/** Memory of a fixed size, so that views of it stay. */
export function memoryOf(bytes: number): Memory {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** True for what `unreachable` throws. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** Compiles functions over `memory`; `table` has the functions that are called by number. Answers the last function. */
export function assemble(funcs: readonly Func[], table: readonly number[], memory: Memory): (a: number, b: number) => number {
  const pages = memory.buffer.byteLength / PAGE;
  const bytes = [
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 1, ...unsigned(pages), ...unsigned(pages)]),
    ...section(3, [...unsigned(funcs.length), ...funcs.map(() => 0)]),
    ...section(4, [1, 0x70, 0, ...unsigned(table.length)]),
    ...section(7, [1, ...text('run'), 0, ...unsigned(funcs.length - 1)]),
    ...section(9, [1, 0, OP.const, 0, OP.end, ...unsigned(table.length), ...table.flatMap(unsigned)]),
  ];
  const code = funcs.flatMap(({ locals, body }) => {
    const all = [...(locals === 0 ? [0] : [1, ...unsigned(locals), I32]), ...body, OP.end];
    return [...unsigned(all.length), ...all];
  });
  const count = unsigned(funcs.length);
  const module = new WebAssembly.Module(Uint8Array.from([...bytes, 10, ...unsigned(count.length + code.length), ...count, ...code]));
  return (new WebAssembly.Instance(module, { env: { memory } }).exports as { run: (a: number, b: number) => number }).run;
}

/** LEB128. */
export function unsigned(n: number): number[] {
  const out: number[] = [];
  for (let rest = n; ; rest >>>= 7) {
    if (rest < 128) return [...out, rest];
    out.push((rest & 127) | 128);
  }
}

/** LEB128, of a signed 32-bit number. */
export function signed(n: number): number[] {
  const out: number[] = [];
  for (let rest = n; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return [...out, rest & 127];
    out.push((rest & 127) | 128);
  }
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function text(s: string): number[] {
  return [s.length, ...Array.from(s, (c) => c.charCodeAt(0))];
}
