/** The formats that a failing run can be written in. */
import type { Story } from './story.ts';

/** The whole file, with a newline at its end. */
type Write = (story: Story) => string;

/** By name, each loaded when it is asked for. */
export const FORMATS = {
  itf: async () => (await import('./itf.ts')).itf,
  litmus: async () => (await import('./litmus.ts')).litmus,
  mermaid: async () => (await import('./mermaid.ts')).mermaid,
  perfetto: async () => (await import('./perfetto.ts')).perfetto,
  sarif: async () => (await import('./sarif.ts')).sarif,
} as const satisfies Readonly<Record<string, () => Promise<Write>>>;

export type FormatName = keyof typeof FORMATS;
