/** How late stores of one cpu may be seen by another, and how early its loads may be performed.
 *
 *  `sc`: stores at once, loads where they stand. `tso`: in the order the stores were made (x86). `pso`: in order per address only, except that a
 *  release stays behind everything older. `rmo`: as `pso`, and a load may give any value that the word had since the last
 *  barrier of its cpu, or, in user mode, be put off until its result is needed or something is ordered behind it.
 *
 *  Source: Sewell, Sarkar, Owens, Zappa Nardelli, Myreen, "x86-TSO", CACM 53(7), 2010; SPARC Architecture Manual
 *  version 8, appendix K, for PSO, and version 9, appendix D, for RMO.
 *  Limit of `rmo`: the kernel's own loads are not late; a serialization keeps the loads behind it from being early, though
 *  not those before it from being late; a load whose address was loaded is not early at all. */
export const MEMORY_MODELS = ['sc', 'tso', 'pso', 'rmo'] as const;
export type MemoryModel = (typeof MEMORY_MODELS)[number];
