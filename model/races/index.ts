/** Every race, in the order of the catalogue. */
import { corpus } from './corpus.ts';
import { dirtyRaces } from './dirty.ts';
import { gupRaces } from './gup.ts';
import { flushRaces } from './flushes.ts';
import { hardwareRaces } from './hardware.ts';
import { filesystemRaces } from './filesystems.ts';
import { migrateDeviceRaces } from './migrate-device.ts';
import { pageTableRaces } from './page-tables.ts';
import type { Race } from './race.ts';
import { seedRaces } from './seeds.ts';
import { swapRaces } from './swap.ts';
import { thpRaces } from './thp.ts';

const number = ({ entry }: Race): number => Number(entry.slice(1));

export const races: readonly Race[] = [...dirtyRaces, ...corpus, ...hardwareRaces, ...swapRaces, ...filesystemRaces, ...seedRaces, ...thpRaces, ...pageTableRaces, ...gupRaces, ...flushRaces, ...migrateDeviceRaces].sort((a, b) => number(a) - number(b));
