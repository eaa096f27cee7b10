/** Classic protocols, whose behaviour is known: a checker that gets one of them wrong is wrong. */
import type { Scenario } from '../scenario.ts';
import { alurTaubenfelds } from './alur-taubenfeld.ts';
import { andersons } from './anderson.ts';
import { bakeries } from './bakery.ts';
import { changRobertsRings } from './chang-roberts.ts';
import { dekkers } from './dekker.ts';
import { elevators } from './elevator.ts';
import { fischers } from './fischer.ts';
import { hanois } from './hanoi.ts';
import { hymans } from './hyman.ts';
import { lamportsFast } from './lamport-fast.ts';
import { mcsLocks } from './mcs.ts';
import { petersons } from './peterson.ts';
import { philosophersTables } from './philosophers.ts';
import { readersWritersTables } from './readers-writers.ts';
import { slidings } from './sliding.ts';
import { starvation } from './starvation.ts';
import { szymanskis } from './szymanski.ts';
import { ticketLocks } from './ticket.ts';
import { tokenRings } from './token-ring.ts';
import { commits } from './two-phase-commit.ts';

/** Locks by reads and writes, locks by atomic operations, timed locks, then everything else. */
export const classics: readonly Scenario[] = [
  ...dekkers, ...hymans, ...petersons, ...bakeries, ...szymanskis, ...lamportsFast, ...ticketLocks, ...andersons, ...mcsLocks, ...fischers, ...alurTaubenfelds,
  ...philosophersTables, ...readersWritersTables, ...tokenRings, ...changRobertsRings, ...commits, ...elevators, ...hanois, ...slidings,
  ...starvation,
];
