/** How a machine lets its cpus go on: what is one step of a cpu, which others see at once or not at all. */
export interface Steps {
  /** Steps, the earliest first, until something else comes first: an interrupt, or the end of the run. The cpu that is
   *  first is due now.
   *  @param most how many at most.
   *  @returns how many it were. */
  readonly run: (most: number) => number;
}
