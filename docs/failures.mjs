/**
 * Prints the failing runs of the scenarios named on the command line as JSON, by id: the text that `replay` prints.
 * A process of its own, as docs/recorded.mjs is.
 */
import { failure, shown } from './failing.mjs';

const texts = {};
for (const id of process.argv.slice(2)) texts[id] = shown(id, await failure(id));
process.stdout.write(JSON.stringify(texts));
