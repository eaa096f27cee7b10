import type { TypeDecl } from './ir.ts';

/** Number of values of a type; `fieldWidth` gives the bits of a record's field type. */
export function sizeOf(type: TypeDecl, fieldWidth: (type: string) => number): number {
  switch (type.kind) {
    case 'bool': return 2;
    case 'int': return type.hi + 1;
    case 'enum': return type.values.length;
    case 'index': return type.size;
    case 'record': return 2 ** type.fields.reduce((bits, f) => bits + fieldWidth(f.type), 0);
  }
}

/** Bits that hold 0 … size-1. */
export function widthOf(size: number): number {
  return Math.ceil(Math.log2(size));
}
