/** More threads than any machine has: beyond, the threads themselves take the memory. */
export const MOST_WORKERS = 256;
