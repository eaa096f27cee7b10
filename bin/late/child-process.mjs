/** In the script, in place of Node's module of this name for commander, which starts no process here: that one brings sockets with it. */
export const spawn = (...args) => require('node:child_process').spawn(...args);
