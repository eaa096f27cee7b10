/** In the script, in place of Node's module of this name: that takes 3 MB, and few commands make a digest. */
export const createHash = (...args) => require('node:crypto').createHash(...args);
export const randomUUID = () => require('node:crypto').randomUUID();
