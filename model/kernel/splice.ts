/** vmsplice(2): a pipe holds a page of the program, pinned for reading (fs/splice.c, fs/pipe.c). */
import { FALSE, ghost, If, load, peek, primitive, proc, Return, track } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { mm_t, pfn_t, va_t, version_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_fast } from './gup.ts';
import { put_page, type Page } from './page.ts';
import { source } from './version.ts';

/** What the program's pipe holds, and the contents that were put into it. */
export const pipe = ghost('pipe', pin_t, [mm_t], { display: 'pipe[%0]' });
export const pipe_version = ghost('pipe_version', version_t, [mm_t], { display: 'pipe[%0].version' });

/** Puts the page into the pipe, which has a reference to it from then on. */
export const vmsplice = proc('vmsplice', {
  params: { mm: mm_t, va: va_t }, returns: pin_t, sleeps: true, models: source('vmsplice_to_pipe', 'fs/splice.c'),
}, ({ mm, va }) => {
  const pin = get_user_pages_fast({ mm, va, write: FALSE }, 'pin');
  If(pin_t.get(pin, 'ok'), () => {
    track(pipe.at(mm), pin);
    track(pipe_version.at(mm), peek(data.at(pin_t.get(pin, 'pfn'))));
  });
  Return(pin);
});

const copy_page_to_iter = primitive('copy_page_to_iter', (page: Page) => { load('version', data.at(page), { discard: true }); });

/** Reads the page out of the pipe, and gives it back. */
export const pipe_read = proc('pipe_read', { params: { mm: mm_t, page: pfn_t }, models: source('pipe_read', 'fs/pipe.c') }, ({ mm, page }) => {
  copy_page_to_iter(page);
  track(pipe.at(mm), pin_t.of({}));
  put_page(page);
});
