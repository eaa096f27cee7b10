import type { TypeDecl } from './ir.ts';

/** A constant as the kernel would write it: `VM_FAULT_NOPAGE`, `true`, `mm1` for index 1 of mm_t. */
export function constantName(type: TypeDecl | undefined, value: number): string | undefined {
  if (type?.kind === 'enum') return type.values[value];
  if (type?.kind === 'bool') return value ? 'true' : 'false';
  if (type?.kind === 'int') return String(value);
  if (type?.kind === 'index') return `${type.name.replace(/_t$/, '')}${value}`;
  return undefined;
}
