/** The numbers that name things, and the units they are counted in.
 *
 *  Aliases rather than brands: an id is an index into a declared table, and the table accessor is what gives
 *  it meaning (`task.state(id)`), so mixing two of them up reads wrong on the spot. */

/** A simulated core, 0 .. cpus-1. */
export type CpuId = number;
/** Index into the task table. Tasks 0 .. cpus-1 are the idle tasks. */
export type TaskId = number;
/** Index into the mm table. 0 is `NULL` in `task.mm`, and `init_mm` in `task.activeMm`. */
export type MmId = number;
/** A fetch unit of code memory; it holds exactly one patch site, which therefore has the same id. */
export type UnitId = number;
/** Index into the machine's Int32Array. */
export type WordAddress = number;
/** Byte offset inside code memory (not inside the machine's buffer). */
export type CodeOffset = number;
/** Patch generation of a site: 0 is the code as first mapped, each patch adds one. */
export type Version = number;
