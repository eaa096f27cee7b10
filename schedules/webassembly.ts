/** The part of WebAssembly used: the standard library of TypeScript declares it only together with that of browsers. */

/** Bytes of a page of memory. */
export const PAGE = 65_536;

/** Memory that grows in place: views of it must be made anew. */
export interface Memory<B extends ArrayBufferLike = ArrayBuffer> {
  readonly buffer: B;
  grow(pages: number): number;
}

interface Limits {
  /** Pages. */
  readonly initial: number;
  readonly maximum: number;
}

declare global {
  const WebAssembly: {
    readonly Memory: {
      new (limits: Limits & { readonly shared: true }): Memory<SharedArrayBuffer>;
      new (limits: Limits): Memory;
    };
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
    readonly RuntimeError: new () => Error;
  };
}
