/** Writes docs/races alone: `npm run races`. */
import { writeRaceFiles } from './write.ts';

await writeRaceFiles();
