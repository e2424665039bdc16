/** Most steps, the earliest first, between two looks at the whole. V8 compiles a loop that is entered again and again better
 *  than one that it has to replace while it runs: there, what the loop counts may be a new object each time. */
export const SLICE = 1000;

/** How a machine lets its cpus go on: what is one step of a cpu, which others see at once or not at all. */
export interface Steps {
  /** Steps, the earliest first or in an order that gives the same, until something else comes first: an interrupt, or the
   *  end of the run. The cpu that is first is due now.
   *  @param most how many at most.
   *  @returns how many it were. */
  readonly run: (most: number) => number;
  /** How many of all steps so far were made without looking which one is the earliest. */
  readonly ahead: number;
}
