/** In the script, in place of Node's module of this name: that brings streams and terminals with it, and a check of a world that was kept calls nothing of it. */
const late = (name) => (...args) => require('node:fs/promises')[name](...args);

export { constants } from 'node:fs';
export const access = late('access');
export const mkdtemp = late('mkdtemp');
export const readFile = late('readFile');
export const rename = late('rename');
export const rm = late('rm');
export const stat = late('stat');
export const writeFile = late('writeFile');
