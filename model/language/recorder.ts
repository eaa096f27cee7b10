/** The recording in progress: what `If`, `load`, `proc` … write into while a procedure's function runs once. */
import { LanguageError } from './errors.ts';
import type { Display, Loc, PlaceDecl, ProcDecl, Stmt, TypeDecl } from './ir.ts';
import { callerLoc } from './loc.ts';
import { leaves } from './walk.ts';

export interface World {
  /** Size of each index type, by its name: `{ mm_t: 2 }`. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What the model's authors choose a variant by (kernel version, hardware switches). Host values. */
  readonly options: Readonly<Record<string, unknown>>;
}

interface Block {
  readonly stmts: Stmt[];
  /** Set once a statement was recorded that never gets past itself: nothing may follow. */
  closed: boolean;
  /** A Break in it ends a loop of this procedure. */
  readonly inLoop: boolean;
}

interface Body {
  readonly proc: string;
  readonly blocks: Block[];
  readonly returns: string | null;
}

type Unlocated<S> = S extends unknown ? Omit<S, 'loc'> : never;

export class Recording {
  readonly world: World;
  readonly types = new Map<string, TypeDecl>();
  readonly places = new Map<string, PlaceDecl>();
  readonly procs = new Map<string, ProcDecl>();
  /** The procedures being recorded, outermost first. */
  readonly open: { readonly name: string; readonly identity: object }[] = [];
  private readonly bodies: Body[] = [];
  private locals = 0;
  /** How the next step is to be printed, and from where: set by `primitive`. */
  display: { readonly display: Display; readonly loc: Loc } | null = null;
  /** Depth of atomic sections: steps inside do not split. */
  atomicDepth = 0;

  constructor(world: World) {
    this.world = world;
  }

  newLocal(): number {
    return this.locals++;
  }

  type(decl: TypeDecl): void {
    const known = this.types.get(decl.name);
    if (known === decl) return;
    if (known && JSON.stringify(known) !== JSON.stringify(decl)) {
      throw new LanguageError('PT011', callerLoc(), `type ${decl.name} is declared twice, differently`, 'rename one of them');
    }
    this.types.set(decl.name, decl);
  }

  place(decl: PlaceDecl): void {
    const known = this.places.get(decl.name);
    if (known === decl) return;
    if (known && JSON.stringify(known) !== JSON.stringify(decl)) {
      throw new LanguageError('PT011', callerLoc(), `place ${decl.name} is declared twice, differently`, 'rename one of them');
    }
    this.places.set(decl.name, decl);
  }

  beginBody(proc: string, returns: string | null): void {
    this.bodies.push({ proc, returns, blocks: [{ stmts: [], closed: false, inLoop: false }] });
  }

  endBody(): Stmt[] {
    const body = this.bodies.pop();
    if (!body) throw new Error('endBody without beginBody');
    return (body.blocks[0] as Block).stmts;
  }

  get body(): Body {
    const body = this.bodies.at(-1);
    if (!body) {
      throw new LanguageError('PT010', callerLoc(), 'a statement was recorded outside a procedure', 'move it into the function given to proc()');
    }
    return body;
  }

  get recordingBody(): boolean {
    return this.bodies.length > 0;
  }

  block(record: () => void, isLoop = false): Stmt[] {
    const { blocks } = this.body;
    const block: Block = { stmts: [], closed: false, inLoop: isLoop || (blocks.at(-1)?.inLoop ?? false) };
    blocks.push(block);
    try {
      record();
    } finally {
      this.body.blocks.pop();
    }
    return block.stmts;
  }

  emit(stmt: Unlocated<Stmt>): void {
    const block = this.body.blocks.at(-1) as Block;
    const loc = this.display?.loc ?? callerLoc();
    if (block.closed) {
      throw new LanguageError('PT007', loc, 'this statement follows a Return, a Break or an endless loop and can never run', 'remove it, or put the Return into an If');
    }
    if (stmt.s === 'break' && !block.inLoop) {
      throw new LanguageError('PT016', loc, 'this Break is in no loop', 'put it into a While, a Forever or a ForEach');
    }
    const located = { ...stmt, loc } as Stmt;
    block.stmts.push(located);
    if (leaves(located)) block.closed = true;
  }
}

let current: Recording | null = null;

/** The recording in progress. @throws LanguageError PT010 outside of one */
export function recording(): Recording {
  if (!current) {
    throw new LanguageError('PT010', callerLoc(), 'this was called with no program being recorded', 'call it inside program() or a procedure');
  }
  return current;
}

export function isRecording(): boolean {
  return current !== null;
}

/** Runs `record` with a fresh recording; recordings do not nest. */
export function withRecording<T>(world: World, record: (r: Recording) => T): T {
  if (current) throw new LanguageError('PT010', callerLoc(), 'a program was built while another is being recorded', 'build them one after the other');
  current = new Recording(world);
  try {
    return record(current);
  } finally {
    current = null;
  }
}

/** A host value chosen by the world (kernel version, hardware switch); undefined where the world does not say. */
export function option<T>(key: string): T | undefined {
  return recording().world.options[key] as T | undefined;
}
