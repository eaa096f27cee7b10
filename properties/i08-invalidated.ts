import { not, peek, property } from '../model/language/index.ts';
import { invalidate_failed } from '../model/kernel/truncate.ts';

/** Not a loss: the page stays, and direct IO fails. For file systems that launder. */
export const Invalidated = property('B09', 'invalidate_inode_pages2 does not give up for a page that was dirtied meanwhile', () => ({ 'dirty after it was laundered': not(peek(invalidate_failed.at())) }));
