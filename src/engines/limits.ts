/** The largest numbers a user may ask for. */

export const MAX_CPUS = 256;
export const MAX_ROUNDS = 100_000_000;
export const MAX_SEED = 2 ** 32 - 1;
/** Parts of one exploration. */
export const MAX_SHARDS = 1000;
