/** Procedures as kernel-style C: exactly what is explored, with step numbers and source lines. */
import { formatLoc } from './errors.ts';
import type { LockRef, ProcDecl, Program, Stmt } from './ir.ts';
import { constantName } from './names.ts';
import { printExpr, printPlace, printStep, type Names } from './print.ts';
import { isStep } from './walk.ts';

/** Statement → step number, 1 … in source order, a procedure. Statements in an atomic section share their section's. */
export function stepNumbers(program: Program): ReadonlyMap<Stmt, number> {
  const numbers = new Map<Stmt, number>();
  for (const p of program.procs) {
    let n = 0;
    const walk = (list: readonly Stmt[]): void => {
      for (const s of list) {
        if (isStep(s)) numbers.set(s, ++n);
        if (s.s === 'if') [s.then, s.else].forEach(walk);
        if (s.s === 'while' || s.s === 'forever' || s.s === 'for') walk(s.body);
      }
    };
    walk(p.body);
  }
  return numbers;
}

const GUTTER = 5;

/** A line of a listing, and the statement that begins on it, if one does. */
export interface ListingLine {
  readonly text: string;
  readonly stmt: Stmt | null;
}

/** The procedure as C text; `width` is the column of the source locations. */
export function listing(p: ProcDecl, program: Program, width = 78): string {
  return `${listingLines(p, program, width).map((line) => line.text).join('\n')}\n`;
}

/** As `listing`, line by line. */
export function listingLines(p: ProcDecl, program: Program, width = 78): readonly ListingLine[] {
  const displays = new Map(program.places.map((d) => [d.name, d.display]));
  const types = new Map(program.types.map((t) => [t.name, t]));
  const names: Names = { local: () => undefined, place: (n) => displays.get(n), constant: (t, v) => constantName(types.get(t), v) };
  return new Printer(p, program, names, width).print();
}

class Printer {
  private readonly lines: ListingLine[] = [];
  private readonly proc: ProcDecl;
  private readonly names: Names;
  private readonly width: number;
  private readonly numbers: ReadonlyMap<Stmt, number>;

  constructor(proc: ProcDecl, program: Program, names: Names, width: number) {
    this.proc = proc;
    this.names = names;
    this.width = width;
    this.numbers = stepNumbers(program);
  }

  print(): readonly ListingLine[] {
    this.header();
    this.block(this.proc.body, 1);
    this.plain('}');
    return this.lines;
  }

  private plain(...texts: readonly string[]): void {
    this.lines.push(...texts.map((text) => ({ text, stmt: null })));
  }

  private header(): void {
    const { models, doc, contract, params, returns, name } = this.proc;
    const comment: string[] = [];
    if (models) comment.push(`models ${models.file} ${models.fn}(), ${models.version}`);
    if (doc) comment.push(doc);
    if (contract.entry.length > 0) comment.push(`entry: ${this.locks(contract.entry)}`);
    if (contract.exit.length > 0 || contract.entry.length > 0) comment.push(`exit: ${this.locks(contract.exit) || 'no locks'}`);
    for (const w of contract.exitWhen) comment.push(`exit when it returns ${this.names.constant(returns ?? '', w.value) ?? w.value}: ${this.locks(w.locks) || 'no locks'}`);
    if (contract.maySleep) comment.push('may sleep');
    if (comment.length > 0) this.plain('/*', ...comment.map((c) => ` * ${c}`), ' */');
    const args = params.map((x) => `${x.type} ${x.name}`).join(', ') || 'void';
    this.plain(`${returns ?? 'void'} ${name}(${args})`, '{');
  }

  private locks(list: readonly LockRef[]): string {
    return list.map((l) => `${printPlace(l.place, this.names)}${l.mode === 'shared' ? ' (shared)' : ''}`).join(', ');
  }

  /** `s` has its location printed, unless it rides without one. */
  private line(number: string, depth: number, text: string, s?: Stmt, rides = false): void {
    const left = `${number.padStart(GUTTER - 1)} ${'    '.repeat(depth)}${text}`;
    const whole = s && !rides ? `${left.padEnd(this.width)} /* ${formatLoc(s.loc)} */` : left;
    this.lines.push({ text: whole.replace(/^ {5}$/, '').trimEnd(), stmt: s ?? null });
  }

  private block(list: readonly Stmt[], depth: number): void {
    for (const s of list) this.stmt(s, depth);
  }

  private stmt(s: Stmt, depth: number): void {
    const expr = (e: Parameters<typeof printExpr>[0]): string => printExpr(e, this.names);
    const number = this.numbers.get(s);
    const n = number === undefined ? '' : String(number);
    switch (s.s) {
      case 'atomic': this.atomic(s, n, depth); return;
      case 'let': case 'var': this.line('', depth, `${s.type} ${s.name} = ${expr(s.value)};`); return;
      case 'assign': this.line('', depth, `${s.name} = ${expr(s.value)};`, s, true); return;
      case 'if': this.conditional(s, depth); return;
      case 'while': this.nested(`while (${expr(s.test)})`, s.body, depth, s); return;
      case 'forever': this.nested('for (;;)', s.body, depth); return;
      case 'for': this.nested(`for each ${s.over} ${s.name}`, s.body, depth); return;
      case 'call': this.line('', depth, `${s.into === undefined ? '' : `${s.name as string} = `}${s.proc}(${s.args.map(expr).join(', ')});`, s); return;
      case 'return': this.line('', depth, s.value ? `return ${expr(s.value)};` : 'return;'); return;
      case 'break': this.line('', depth, 'break;'); return;
      case 'ghost': if (s.within === undefined) this.line('', depth, `ghost ${printPlace(s.place, this.names)} = ${expr(s.value)};`); return;
      case 'assert': this.line('', depth, `assert(${expr(s.cond)}); /* ${s.name} */`); return;
      default: this.line(n, depth, `${this.typed(s)}${printStep(s, this.names)};`, s);
    }
  }

  private typed(s: Stmt): string {
    if (s.s === 'load' || s.s === 'choose') return `${s.type} `;
    return s.s === 'rmw' && s.used ? `${s.type} ` : '';
  }

  private conditional(s: Extract<Stmt, { s: 'if' }>, depth: number): void {
    this.line('', depth, `if (${printExpr(s.test, this.names)}) {`, s, true);
    this.block(s.then, depth + 1);
    if (s.else.length > 0) {
      this.line('', depth, '} else {');
      this.block(s.else, depth + 1);
    }
    this.line('', depth, '}');
  }

  private nested(head: string, body: readonly Stmt[], depth: number, s?: Stmt): void {
    this.line('', depth, `${head} {`, s, true);
    this.block(body, depth + 1);
    this.line('', depth, '}');
  }

  private atomic(s: Extract<Stmt, { s: 'atomic' }>, n: string, depth: number): void {
    const when = s.guard ? ` when ${printExpr(s.guard, this.names)}` : '';
    this.line(n, depth, `${printStep(s, this.names)}${when} { /* atomic: ${s.why} */`, s);
    this.block(s.body, depth + 1);
    this.line('', depth, '}');
  }
}
