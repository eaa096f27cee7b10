/** What never ends in the worlds about progress. */
import { Forever } from '../../language/index.ts';
import { kthread, writesBack } from '../actors.ts';
import type { Cpu } from '../contents.ts';

/** Does the same over and over, at its own pace. It is relied on to run. */
export function forEver(name: string, does: () => void): Cpu {
  return { ...kthread(name, () => { Forever(does); }), daemon: 'service' };
}

/** Write-back that begins the next pass when one has ended, whether anything is dirty or not. */
export const endlessWriteBack = forEver('pdflush', writesBack);
