import { not, peek, property } from '../model/language/index.ts';
import { stale_store } from '../model/machine/mmu.ts';

export const I2 = property('I2', 'revoked permission: no store goes through a stale translation after the call that revoked it has returned', () => ({
  'store after return': not(peek(stale_store.at())),
}));
