/** A failing run for people. */
import { renderClosing } from '../counterexamples/closing.ts';
import { renderColumns } from '../counterexamples/columns.ts';
import type { Rechecked } from '../counterexamples/recheck.ts';
import { style } from '../counterexamples/style.ts';
import type { Graph } from '../model/language/graph.ts';
import type { Io } from './io.ts';

/** The trace in columns, what broke, and the string that replays it. */
export function renderTrace(graph: Graph, trace: Rechecked, replay: string, flags: { readonly ascii?: boolean }, io: Io): string {
  const look = style({ color: io.color, ascii: flags.ascii === true });
  return [
    renderColumns(graph, trace.moments, io.width, look, trace.breakage.lasso?.start),
    '',
    renderClosing(trace.breakage, io.width, look),
    '',
    `${look.colors.dim('again:')} pterace replay '${replay}'`,
  ].join('\n');
}
