/** What every world that holds keeps, whatever it is about. Mutants are judged by it. */
import type { Property } from '../model/language/index.ts';
import { I2 } from './i02-revoked-permission.ts';
import { I4 } from './i04-counter-bounds.ts';
import { I5 } from './i05-no-use-after-free.ts';
import { I8 } from './i08-cache-coherence.ts';
import { I10b, I14 } from './i10-locks.ts';
import { Tidy } from './tidy.ts';

export const everywhere: readonly Property[] = [I2, I4, I5, I8, I10b, I14, Tidy];
