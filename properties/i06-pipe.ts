import { eq, forall, not, or, peek, property } from '../model/language/index.ts';
import { pin_t } from '../model/kernel/follow_page.ts';
import { pipe, pipe_version } from '../model/kernel/splice.ts';
import { data } from '../model/machine/mmu.ts';
import { mm_t } from '../model/machine/types.ts';

export const I6Pipe = property('I6-pipe', 'isolation: what a program has put into a pipe and does not store to is changed by nobody', () => ({
  'contents of the pipe changed': forall(mm_t, 'mm', (mm) => or(not(pin_t.get(peek(pipe.at(mm)), 'ok')), eq(peek(data.at(pin_t.get(peek(pipe.at(mm)), 'pfn'))), peek(pipe_version.at(mm))))),
}));
