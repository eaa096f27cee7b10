/** What a world of one file page can do without. Names of what is left stay: CPU 2 is CPU 2 where CPU 1 is gone. */
import type { Contents } from './contents.ts';

const nameOf = { cpu: (i: number) => `cpu${i}`, mm: (i: number) => `mm${i}`, pfn: (i: number) => `pfn${i}` };

/** Each CPU; each of several things that a thread does; of mms and free frames all but the first. */
export function partsOf({ cpus, start }: Contents): string[] {
  return [
    ...cpus.map((_, i) => nameOf.cpu(i)),
    ...cpus.flatMap((c) => (c === null || c.does.length < 2 ? [] : c.does.map((_, i) => `${c.name}@${i + 1}`))),
    ...start.maps.slice(1).map((_, i) => nameOf.mm(i + 1)),
    ...Array.from({ length: start.freeFrames ?? 0 }, (_, i) => nameOf.pfn(i + 1)),
  ];
}

/** Null when no CPU is left, one needs an mm that is gone, or an mm or frame is to go before those of higher numbers. */
export function without({ cpus, start }: Contents, parts: readonly string[]): Contents | null {
  const gone = new Set(parts);
  const kept = cpus.map((c, i) => (c === null || gone.has(nameOf.cpu(i)) ? null : { ...c, does: c.does.filter((_, k) => !gone.has(`${c.name}@${k + 1}`)) }));
  const left = kept.slice(0, kept.findLastIndex((c) => c !== null) + 1);
  const maps = lowered(start.maps, (i) => gone.has(nameOf.mm(i)));
  const frames = lowered(Array.from({ length: 1 + (start.freeFrames ?? 0) }), (i) => gone.has(nameOf.pfn(i)));
  if (left.length === 0 || maps === null || frames === null || left.some((c) => (c?.mm ?? 0) >= maps.length)) return null;
  return { cpus: left, start: { ...start, maps, ...(start.freeFrames === undefined ? {} : { freeFrames: frames.length - 1 }) } };
}

/** The list without its last elements; null when others are to go, or all. */
function lowered<T>(list: readonly T[], goes: (i: number) => boolean): readonly T[] | null {
  const left = list.slice(0, list.findLastIndex((_, i) => !goes(i)) + 1);
  return left.length === 0 || left.some((_, i) => goes(i)) ? null : left;
}
