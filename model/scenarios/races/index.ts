/** Races of the corpus, by what they are about. */
import { faultRaces } from './faults.ts';
import { hardwareRaces } from './hardware.ts';
import { swapRaces } from './swap.ts';
import { writebackRaces } from './writeback.ts';
import { filesystemRaces } from './filesystems.ts';

export const raceScenarios = [...writebackRaces, ...faultRaces, ...hardwareRaces, ...swapRaces, ...filesystemRaces];

