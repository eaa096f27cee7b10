import { not, peek, property } from '../model/language/index.ts';
import { wrote_foreign } from '../model/kernel/extents.ts';

/** I6 on disk. */
export const I6Disk = property('I6-disk', 'no page of a file is written to a block that another file has', () => ({ 'write to a block of another file': not(peek(wrote_foreign.at())) }));
