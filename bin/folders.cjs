/** What lies in node_modules/.cache/pterace: a folder for each state of the sources, drafts of such, and which one is current. */
const { readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { root } = require('./sources.cjs');

const CACHE = path.join(root, 'node_modules', '.cache', 'pterace');

/** As many states of the sources as one goes to and fro between. */
const KEPT = 3;
/** A process that found a folder may not have said yet that it uses it. */
const YOUNG_MS = 60_000;
/** A draft is ready in seconds, on any machine. */
const STALE_MS = 3600_000;

/** Begins the names of drafts; the process that makes one follows. */
const DRAFT = 'draft-';
/** Begins the names of files that say which process uses a folder. */
const USED = 'used-by-';
const CURRENT = 'current';

/** The folder of this state of the sources, if it was the last one asked for: a comparison needs nothing of what a digest does. */
function currentFolder(state) {
  try {
    const text = readFileSync(path.join(CACHE, CURRENT), 'utf8');
    const end = text.indexOf('\n');
    return text.slice(end + 1) === state ? path.join(CACHE, text.slice(0, end)) : null;
  } catch {
    return null;
  }
}

/** Where that cannot be written, every start makes a digest. */
function setCurrent(folder, state) {
  const draft = path.join(CACHE, `${DRAFT}${process.pid}-${CURRENT}`);
  try {
    writeFileSync(draft, `${path.basename(folder)}\n${state}`);
    renameSync(draft, path.join(CACHE, CURRENT));
  } catch {
    rmSync(draft, { force: true });
  }
}

/** Until this process ends the folder stays: threads that it starts later, and places that it is asked for, are read from there. */
function use(folder) {
  const mark = path.join(folder, USED + process.pid);
  try {
    writeFileSync(mark, '');
    process.on('exit', () => { remove(mark); });
  } catch {
    // Nobody can clear away there either.
  }
}

/** rmSync would be the first to need what removes folders. */
function remove(file) {
  try {
    unlinkSync(file);
  } catch {
    // Another process took the folder for unused.
  }
}

/** Takes away drafts whose maker is gone, and all but the newest folders, the one last used first. */
function prune() {
  const [drafts, folders] = [[], []];
  for (const name of readdirSync(CACHE)) {
    if (name === CURRENT) continue;
    const age = Date.now() - (statSync(path.join(CACHE, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    (name.startsWith(DRAFT) ? drafts : folders).push({ name, age });
  }
  folders.sort((a, b) => a.age - b.age);
  const gone = [
    ...drafts.filter(({ name, age }) => age > STALE_MS || !lives(name.split('-')[1])),
    ...folders.slice(KEPT).filter(({ name, age }) => age > YOUNG_MS && !isUsed(path.join(CACHE, name))),
  ];
  for (const { name } of gone) rmSync(path.join(CACHE, name), { recursive: true, force: true });
}

function isUsed(folder) {
  return readdirSync(folder).some((name) => name.startsWith(USED) && lives(name.slice(USED.length)));
}

/** Whether there is a process of that number; what is no number is none. */
function lives(pid) {
  try {
    return /^\d+$/.test(pid) && process.kill(Number(pid), 0);
  } catch (error) {
    // One of another user.
    return error.code === 'EPERM';
  }
}

module.exports = { CACHE, DRAFT, currentFolder, setCurrent, use, prune };
