/** The modelling language: write TypeScript, read C. */
export * from './control.ts';
export { LanguageError, RULES, formatLoc, type Rule } from './errors.ts';
export * from './expr.ts';
export { drop, moveAfter, never, type Mutation } from './mutate.ts';
export { ghost, peek, shared, type Place, type Shared } from './places.ts';
export { held, heldShared, proc, type Args, type Held, type Params, type Proc } from './proc.ts';
export { progress, type Progress, type ProgressSpec } from './progress.ts';
export { program, property, thread, type Conjunct, type Init, type Property, type Thread, type WorldSpec } from './program.ts';
export { option } from './recorder.ts';
export * from './steps.ts';
export { bool, enumeration, FALSE, index, int, record, TRUE, type EnumType, type IndexType, type IntType, type RecordType, type Type, type Value, type ValueOf } from './types.ts';
