/** Races of the corpus, by what they are about. */
import { faultRaces } from './faults.ts';
import { gupHugeRaces } from './gup-huge.ts';
import { gupRaces } from './gup.ts';
import { hardwareRaces } from './hardware.ts';
import { pageWaitRaces } from './page-wait.ts';
import { pageTableRaces } from './page-tables.ts';
import { devicePrivateRaces } from './device-private.ts';
import { hardwareDirtyRaces } from './hardware-dirty.ts';
import { migrateDeviceRaces } from './migrate-device.ts';
import { mremapRaces } from './mremap.ts';
import { skippedFlushRaces } from './skipped-flush.ts';
import { swapRaces } from './swap.ts';
import { thpRaces } from './thp.ts';
import { writebackRaces } from './writeback.ts';
import { filesystemRaces } from './filesystems.ts';
import { flushRaces } from './flushes.ts';
import { vmaLockRaces } from './vma-lock.ts';

export const raceScenarios = [...writebackRaces, ...faultRaces, ...hardwareRaces, ...pageWaitRaces, ...swapRaces, ...filesystemRaces, ...thpRaces, ...pageTableRaces, ...gupRaces, ...mremapRaces, ...gupHugeRaces, ...flushRaces, ...migrateDeviceRaces, ...skippedFlushRaces, ...vmaLockRaces, ...devicePrivateRaces, ...hardwareDirtyRaces];

