/** How late a store of one cpu may be seen by another.
 *
 *  `sc`: at once. `tso`: in the order the stores were made (x86). `pso`: in order per address only, except that a
 *  release stays behind everything older.
 *
 *  Source: Sewell, Sarkar, Owens, Zappa Nardelli, Myreen, "x86-TSO", CACM 53(7), 2010; SPARC Architecture Manual
 *  version 8, appendix K, for PSO. */
export const MEMORY_MODELS = ['sc', 'tso', 'pso'] as const;
export type MemoryModel = (typeof MEMORY_MODELS)[number];
