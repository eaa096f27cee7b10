/** Which modules go into which script: a start reads no more than its command needs. */

/**
 * First those of a check of a world that was checked before, then what a failing run takes, what --help shows, the model, and all the rest. A script
 * holds what these modules import at once, theirs too, but for what is in a script before it. A folder stands for all in it.
 */
const FIRST = {
  check: ['cli/run.ts', 'cli/kept-worlds.ts', 'cli/commands/check.ts', 'cli/check.ts', 'model/language/loc.ts', 'schedules/check.ts'],
  failing: ['bin/late/wide.mjs', 'cli/render-trace.ts', 'counterexamples/recheck.ts', 'counterexamples/short.ts', 'counterexamples/trace.ts'],
  commands: ['cli/commands/'],
  model: ['cli/aliases.ts', 'model/claims/index.ts', 'model/language/lower.ts', 'model/races/index.ts', 'model/scenarios/index.ts'],
};
const REST = 'rest';
/** What modules of this folder require is loaded when it is called. */
const LATE = 'bin/late/';

const PARTS = [...Object.keys(FIRST), REST];

/** The first part is opened at every start. */
const [START] = PARTS;

/** `inputs` of esbuild's metafile; the part of each module by its path. */
function divide(inputs) {
  const parts = new Map();
  for (const [part, modules] of Object.entries(FIRST)) {
    const queue = modules.flatMap((name) => (name.endsWith('/') ? Object.keys(inputs).filter((file) => file.startsWith(name)) : [name]));
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (parts.has(file)) continue;
      parts.set(file, part);
      queue.push(...importsOf(inputs[file]).filter(({ kind }) => kind !== 'dynamic-import' && !(kind === 'require-call' && file.startsWith(LATE))).map(({ path }) => path));
    }
  }
  for (const file of Object.keys(inputs)) if (!parts.has(file)) parts.set(file, REST);
  return parts;
}

/** Those that some module of another part imports. */
function askedFor(inputs, parts) {
  const asked = new Set();
  for (const [file, input] of Object.entries(inputs)) {
    for (const { path } of importsOf(input)) if (parts.get(path) !== parts.get(file)) asked.add(path);
  }
  return asked;
}

const importsOf = ({ imports }) => imports.filter(({ external }) => external !== true);

module.exports = { PARTS, START, divide, askedFor };
